import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { gatherReport } from '../../../app/report/gather';
import { reportHtml } from '../../../app/report/html';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { toNodeError } from '../../kit/errors';
import { Parameters } from '../../kit/parameters';
import { knowledgeIn } from '../../kit/node-knowledge';
import { portsOf as snapshotPortsOf } from '../../RollbackSnapshot/ports';
import { portsOf } from '../ports';

export const option = {
	name: 'Write Report',
	value: 'report',
	action: 'Write a report',
	description: 'Write one self-contained HTML page about a release',
};

export const description: INodeProperties[] = shownFor({ operation: ['report'] }, [
	releaseParameter,
	{
		displayName: 'Put Report in Field',
		name: 'binaryField',
		type: 'string',
		default: 'report',
		description: 'Name of the binary field that holds the page',
	},
]);

async function page(ctx: IExecuteFunctions, index: number): Promise<INodeExecutionData> {
	const { plotter } = await import('../../../adapters/plots/echarts');
	const parameters = new Parameters(ctx, index);
	const id = parameters.picked('release');
	const report = await gatherReport(await portsOf(ctx), id, {
		snapshot: await snapshotPortsOf(ctx, () => undefined, false),
		knowledge: knowledgeIn(ctx),
	});
	const { stage, manifest } = report.release.body;
	const bytes = Buffer.from(reportHtml(report, plotter), 'utf8');
	const field = parameters.text('binaryField') || 'report';
	return {
		json: {
			release: id,
			subject: manifest.subject,
			title: manifest.title,
			stage,
			errorBudget: report.levels.errorBudget,
		},
		binary: { [field]: await ctx.helpers.prepareBinaryData(bytes, `${id}.html`, 'text/html') },
		pairedItem: { item: index },
	};
}

/**
 * One item per input item, with the page as binary data. Without a page there is nothing to pass on: the node fails
 * for a release that is not there, or, when it continues, n8n leads that item to the error output, where there is one.
 */
export async function execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const pages: INodeExecutionData[] = [];
	for (const index of ctx.getInputData().keys()) {
		try {
			pages.push(await page(ctx, index));
		} catch (error) {
			const known = toNodeError(ctx, error, index);
			if (!ctx.continueOnFail()) throw known;
			pages.push({ json: { error: known.message }, error: known, pairedItem: { item: index } });
		}
	}
	return [pages];
}
