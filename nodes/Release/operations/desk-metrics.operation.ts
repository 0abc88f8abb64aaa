import type { INodeProperties } from 'n8n-workflow';
import type { OperationContext } from '../resource';
import { deskIn } from './desk-gathered';

export const option = {
	name: 'Get Metrics',
	value: 'metrics',
	action: 'Get metrics of the desk',
	description: 'Get the figures of the desk as text for Prometheus and whoever reads OpenMetrics',
};

export const description: INodeProperties[] = [];

/** One record: the text, and the content type to answer with. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { metricsText } = await import('../../../core/desk/metrics');
	return [
		{
			metrics: metricsText(await deskIn(context)),
			contentType: 'text/plain; version=0.0.4; charset=utf-8',
		},
	];
}
