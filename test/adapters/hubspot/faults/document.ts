import { recordCases } from './records';
import { refusalCases } from './refusals';
import { transportCases } from './transport';
import type { FaultCase } from './case';
import behaviour from '../../../nodes/hubspot-faults/behaviour.json';

/** All cases, by id of the fault. */
export const faultCases: readonly FaultCase[] = [...transportCases, ...refusalCases, ...recordCases].sort(
	(a, b) => a.id.localeCompare(b.id),
);

/** Where the document lies. */
export const documentPath = 'docs/records/hubspot-faults.md';

/** The document: one row per case, in the words of the tests. */
export const faultDocument = (): string =>
	[
		'# When HubSpot fails',
		'',
		'Every way in which HubSpot is known to fail, and what the adapter does then. Each row is a test that plays the',
		'fault on the stand-in, with the real HubSpot client on our side (`test/adapters/hubspot/faults`). This page is',
		'written by `npm run docs:tried`; a test fails when it is out of date.',
		'',
		'`later` means: the write stays in the outbox and is tried again. `refused` means: HubSpot will never take it as',
		'it is; the entry is set aside with the reason.',
		'',
		'The last column is what a whole run of the [content-delivery spine](../reference/templates/content-delivery-spine.md) comes to',
		'while the fault lasts, and after it, at each kind of call a spine makes; recorded by',
		'`test/nodes/hubspot-faults`. Whatever the fault: nobody gets a second mail, no commit',
		'is lost, and no contact advances in its rhythm without a mail.',
		'',
		'| | HubSpot | what the adapter does | what the spine does |',
		'| --- | --- | --- | --- |',
		...faultCases.map(
			({ id, fault, behaviour: words }) => `| ${id} | ${fault} | ${words} | ${spineWords(id)} |`,
		),
		'',
	].join('\n');

const momentNames = { search: 'searching', read: 'reading', write: 'writing' } as const;

/** What the spine does under a fault, as its tests recorded it. */
function spineWords(id: string): string {
	const words = (
		behaviour as Readonly<Record<string, Readonly<Record<keyof typeof momentNames, string | null>>>>
	)[id];
	const parts = (['search', 'read', 'write'] as const).flatMap((moment) => {
		const said = words?.[moment];
		return typeof said === 'string' ? [`${momentNames[moment]}: ${said}`] : [];
	});
	return parts.length > 0 ? parts.join('. ') : 'makes no such call';
}
