import { recordCases } from './records';
import { refusalCases } from './refusals';
import { transportCases } from './transport';
import type { FaultCase } from './case';

/** All cases, by id of the fault. */
export const faultCases: readonly FaultCase[] = [...transportCases, ...refusalCases, ...recordCases].sort(
	(a, b) => a.id.localeCompare(b.id),
);

/** Where the document lies. */
export const documentPath = 'docs/hubspot-faults.md';

/** The document: one row per case, in the words of the tests. */
export const faultDocument = (): string =>
	[
		'# When HubSpot fails',
		'',
		'Every way in which HubSpot is known to fail, and what the adapter does then. Each row is a test that plays the',
		'fault on the stand-in, with the real HubSpot client on our side (`test/adapters/hubspot/faults`). This page is',
		'written by `npx tsx test/adapters/hubspot/faults/write-document.ts`; a test fails when it is out of date.',
		'',
		'`later` means: the write stays in the outbox and is tried again. `refused` means: HubSpot will never take it as',
		'it is; the entry is set aside with the reason.',
		'',
		'| | HubSpot | what we do |',
		'| --- | --- | --- |',
		...faultCases.map(({ id, fault, behaviour }) => `| ${id} | ${fault} | ${behaviour} |`),
		'',
	].join('\n');
