import type { INodeProperties } from 'n8n-workflow';
import { completeSnapshot } from '../../../app/snapshot/store';
import { diffViews, nowView, snapshotView } from '../../../app/snapshot/diff';
import type { Diff } from '../../../core/snapshot/diff';
import { diffHtml, diffText } from '../../../core/snapshot/table';
import { shownFor, snapshotParameter } from '../../kit/descriptions';
import { DONE, type OperationContext, type OperationResult } from '../operation';

export const option = {
	name: 'Diff',
	value: 'diff',
	action: 'Compare a snapshot',
	description: 'Compare a snapshot with now or with another one: per record, property, definition, node',
};

export const description: INodeProperties[] = shownFor({ operation: ['diff'] }, [
	snapshotParameter(),
	{
		displayName: 'Compare With',
		name: 'against',
		type: 'options',
		options: [
			{ name: 'Another Snapshot', value: 'snapshot' },
			{ name: 'Now', value: 'now' },
		],
		default: 'now',
	},
	snapshotParameter({
		displayName: 'Other Snapshot',
		name: 'other',
		displayOptions: { show: { against: ['snapshot'] } },
	}),
	{
		displayName: 'Most Rows',
		name: 'rows',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10_000 },
		default: 500,
		description: 'Most differences that are listed; the counts are of all',
	},
	{
		displayName: 'Show Values of Contacts',
		name: 'showValues',
		type: 'boolean',
		default: true,
		description: 'Whether to show what contacts have in their properties; it may be personal data',
	},
	{
		displayName: 'HTML Page',
		name: 'html',
		type: 'boolean',
		default: false,
		description: 'Whether to attach the table as a page, in the binary field diff',
	},
]);

const masked = (diff: Diff): Diff => ({
	...diff,
	rows: diff.rows.map((row) =>
		row.part === 'contact' ? { ...row, before: row.before && '•••', after: row.after && '•••' } : row,
	),
});

/** The differences as rows, as a table of text, and as a page if asked. */
export async function execute(context: OperationContext): Promise<readonly OperationResult[]> {
	const { ctx, ports: ports } = context;
	const snapshot = await completeSnapshot(ports, context.parameters.chosen('snapshot', 'Snapshot'));
	const before = snapshotView(ports, snapshot);
	const after =
		context.parameters.text('against') === 'snapshot'
			? snapshotView(
					ports,
					await completeSnapshot(ports, context.parameters.chosen('other', 'Other Snapshot')),
				)
			: nowView(ports, snapshot);
	const full = await diffViews(
		before,
		after,
		context.parameters.number('rows', 'Most Rows', { fallback: 500 }),
	);
	const diff = context.parameters.flag('showValues', true) ? full : masked(full);
	const same = diff.rows.length + diff.more === 0;
	const json = { same, diff, table: diffText(diff) };
	if (!context.parameters.flag('html', false)) return [{ output: DONE, json }];
	const page = Buffer.from(diffHtml(diff), 'utf8');
	const binary = await ctx.helpers.prepareBinaryData(page, 'diff.html', 'text/html');
	return [{ output: DONE, json, binary: { diff: binary } }];
}
