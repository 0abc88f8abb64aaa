import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { gatherReport } from '../../../core/report/gather';
import { reportHtml } from '../../../core/report/html';
import { shownFor } from '../../shared/descriptions';
import { overItems } from '../../shared/items';
import { textParameter } from '../../shared/parameters';
import { portsOf } from '../ports';

export const option = {
	name: 'Write Report',
	value: 'report',
	action: 'Write a report',
	description: 'Write one self-contained HTML page about a release',
};

export const description: INodeProperties[] = shownFor({ operation: ['report'] }, [
	{
		displayName: 'Release ID',
		name: 'release',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. warmer-opening-line',
		description: 'ID of the release, as its manifest names it',
	},
	{
		displayName: 'Put Report in Field',
		name: 'binaryField',
		type: 'string',
		default: 'report',
		description: 'Name of the binary field that holds the page',
	},
]);

/** One item per input item, with the page as binary data. Throws `release-unknown` for the item. */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const pages = new Map<number, { readonly field: string; readonly html: string; readonly id: string }>();
	const lists = await overItems(ctx, 1, async (out) => {
		const ports = await portsOf(ctx);
		const { plotter } = await import('../../../adapters/plots/echarts');
		for (const index of out.items.keys()) {
			try {
				const id = textParameter(ctx, 'release', index);
				const report = await gatherReport(ports, id);
				const field = textParameter(ctx, 'binaryField', index) || 'report';
				pages.set(index, { field, html: reportHtml(report, plotter), id });
				const { stage, manifest } = report.release.body;
				out.record(0, index, {
					release: id,
					subject: manifest.subject,
					title: manifest.title,
					stage,
					errorBudget: report.levels.errorBudget,
				});
			} catch (error) {
				out.misconfigured(index, error);
			}
		}
	});
	for (const item of lists[0] ?? []) {
		const link = item.pairedItem as { item: number };
		const page = pages.get(link.item);
		if (!page) continue;
		const bytes = Buffer.from(page.html, 'utf8');
		item.binary = {
			[page.field]: await ctx.helpers.prepareBinaryData(bytes, `${page.id}.html`, 'text/html'),
		};
	}
	return lists;
}
