import { differencesText } from '../../../core/release/released';
import type { Facts, LedgerFacts } from '../facts';
import type { Check } from '../finding';
import { does, running, spinesServed, spinesWith } from '../reading';

const seen = ({ ledger }: Facts): LedgerFacts | null => (typeof ledger === 'object' ? ledger : null);

const HOUR = 3_600_000;

const servedSpines = (facts: Facts): readonly string[] => [...new Set(running(facts).flatMap(spinesServed))];

/** What the ledger holds: its chain, its spines, what waits and what is owed. */
export const ledgerChecks: readonly Check[] = [
	{
		id: 'ledger-closed',
		looks: 'the ledger can be opened',
		level: 'trouble',
		mend: 'Mend what it names: address, password, rights on the schema, or the file.',
		applies: ({ ledger }) => ledger !== null,
		find: ({ ledger }) =>
			typeof ledger === 'string'
				? [{ where: 'ledger', sentence: `The ledger cannot be opened: ${ledger}` }]
				: [],
	},
	{
		id: 'chain-broken',
		looks: 'the event chain is intact',
		level: 'trouble',
		mend: 'Somebody changed the ledger by hand. Keep a copy, and compare it with a head that was kept outside (verify).',
		sight: 'ledger',
		find: (facts) => {
			const chain = seen(facts)?.chain;
			return chain === undefined || chain.status === 'intact'
				? []
				: [{ where: 'ledger', sentence: `The event chain is ${chain.status}: ${chain.explanation}` }];
		},
	},
	{
		id: 'spine-unknown',
		looks: 'workflows name spines that the ledger knows',
		level: 'trouble',
		mend: 'Run Configure Spine, or correct the name in Set Config. If the name is right, the workflow has another ledger.',
		sight: 'ledger',
		find: (facts) => {
			const ledger = seen(facts);
			if (ledger === null) return [];
			const known = new Set(ledger.spines.map(({ record }) => record.settings.spine));
			return servedSpines(facts)
				.filter((spine) => !known.has(spine))
				.map((spine) => ({
					where: spine,
					sentence: `A workflow in service names the spine ${spine}, which the ledger does not know.`,
				}));
		},
	},
	{
		id: 'spine-paused',
		looks: 'no spine was left paused for more than a day',
		level: 'trouble',
		mend: 'Resume it (Release: Resume), or take its workflow out of service.',
		sight: 'ledger',
		find: (facts) =>
			(seen(facts)?.spines ?? [])
				.filter(({ record }) => record.paused && facts.now - (record.pausedAt ?? facts.now) > 24 * HOUR)
				.map(({ record }) => ({
					where: record.settings.spine,
					sentence: `The spine ${record.settings.spine} has been paused for more than a day.`,
				})),
	},
	{
		id: 'spine-rehearsing',
		looks: 'a spine in service delivers',
		level: 'advice',
		mend: 'Set the mode of the spine to live once its rehearsal passed.',
		sight: 'ledger',
		find: (facts) => {
			const served = servedSpines(facts);
			return (seen(facts)?.spines ?? [])
				.filter(({ record }) => record.settings.mode === 'dry-run' && served.includes(record.settings.spine))
				.map(({ record }) => ({
					where: record.settings.spine,
					sentence: `The spine ${record.settings.spine} is in service, in dry run: nothing is sent.`,
				}));
		},
	},
	{
		id: 'ungated-change',
		looks: 'what runs is what was released',
		level: 'trouble',
		mend: 'Release the change, or publish the released version again.',
		sight: 'ledger',
		find: (facts) =>
			(seen(facts)?.spines ?? []).flatMap(({ record, published, released }) => {
				const { spine } = record.settings;
				// Told of a workflow that was not released: what is published of those that were says nothing of it.
				const told =
					released?.told && !(released.told.workflow in released.now.workflows) ? released.told : null;
				const differences =
					published?.status === 'ungated' ? published.differences : (told?.differences ?? []);
				return differences.length === 0
					? []
					: [
							{
								where: spine,
								sentence: `What is published of ${spine} is not what the gate let through: ${differencesText(differences)}.`,
							},
						];
			}),
	},
	{
		id: 'slot-missed',
		looks: 'the last slot that is over was delivered',
		level: 'trouble',
		mend: 'See the runs of the spine in that slot. A missed slot is not made up; the next one is delivered.',
		sight: 'ledger',
		find: (facts) =>
			(seen(facts)?.spines ?? []).flatMap(({ record, over }) => {
				const last = over.at(-1);
				return last === undefined || last.committed > 0 || last.registered - last.held <= 0
					? []
					: [
							{
								where: record.settings.spine,
								sentence: `Slot ${last.slot} of ${record.settings.spine} is over, and none of ${last.registered - last.held} deliveries was sent.`,
							},
						];
			}),
	},
	{
		id: 'in-doubt-open',
		looks: 'sends in doubt are settled within a day',
		level: 'trouble',
		mend: 'See that "Reconcile" runs; what no provider can tell, a person settles (Delivery Commit: Settle).',
		sight: 'ledger',
		find: (facts) =>
			(seen(facts)?.spines ?? []).flatMap(({ record, inDoubtSince }) => {
				const old = inDoubtSince.filter((at) => facts.now - at > 24 * HOUR).length;
				return old === 0
					? []
					: [
							{
								where: record.settings.spine,
								sentence: `${old} sends of ${record.settings.spine} have been in doubt for more than a day.`,
							},
						];
			}),
	},
	{
		id: 'outbox-stuck',
		looks: 'writes to HubSpot do not wait for more than an hour',
		level: 'trouble',
		mend: 'See that "Reconcile" runs and that the HubSpot credential is valid; refused writes name the property.',
		sight: 'ledger',
		find: (facts) => {
			const outbox = seen(facts)?.outbox;
			if (outbox === undefined) return [];
			const old = outbox.oldestAt !== null && facts.now - outbox.oldestAt > HOUR;
			return outbox.refused > 0 || old
				? [
						{
							where: 'outbox',
							sentence: `${outbox.waiting} writes to HubSpot wait and ${outbox.refused} were refused.`,
						},
					]
				: [];
		},
	},
	{
		id: 'no-reconcile',
		looks: 'each spine in service is brought up to date by a schedule',
		level: 'trouble',
		mend: 'Publish "Reconcile" with the name of the spine in its Set Config.',
		find: (facts) => {
			const swept = running(facts)
				.filter((workflow) => does(workflow, 'deliveryCommit', 'settle'))
				.flatMap((workflow) => spinesWith(workflow, 'sweep'));
			return servedSpines(facts)
				.filter((spine) => !swept.includes(spine))
				.map((spine) => ({
					where: spine,
					sentence: `Nothing settles what is in doubt of ${spine}: no "Reconcile" in service names it.`,
				}));
		},
	},
	{
		id: 'no-monitor',
		looks: 'releases are watched',
		level: 'trouble',
		mend: 'Publish "Stabilization monitor".',
		find: (facts) =>
			servedSpines(facts).length === 0 ||
			running(facts).some((workflow) => does(workflow, 'stabilizationCheck', 'release'))
				? []
				: [{ where: 'n8n', sentence: 'Nobody watches releases: no "Stabilization monitor" is in service.' }],
	},
];
