/**
 * What n8n writes into its database of a run of a spine that it keeps, in MB for 1,000 deliveries, and of a run of *Provider
 * events*, in kB: rounded from what `npm run kept` measured (scenarios/kept/results); `test/scenarios/kept.test.ts` holds both
 * against it.
 */
export const keptSize = { spineMb: 3.5, reportKb: 7 } as const;
