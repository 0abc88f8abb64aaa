import type { IExecuteFunctions } from 'n8n-workflow';
import type { ContactDirectory } from '../../app/ports/contacts';
import { HUBSPOT_CREDENTIAL } from './descriptions';

const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

const limit = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

/** Whether a HubSpot credential is chosen in the node. */
export function hasDirectory(ctx: Pick<IExecuteFunctions, 'getNode'>): boolean {
	return ctx.getNode().credentials?.[HUBSPOT_CREDENTIAL] !== undefined;
}

/** The HubSpot account of the node's credential. The client is loaded here and not before: it is heavy. */
export async function directoryOf(ctx: IExecuteFunctions): Promise<ContactDirectory> {
	const data = await ctx.getCredentials(HUBSPOT_CREDENTIAL);
	const { createHubSpotDirectory } = await import('../../adapters/hubspot');
	return createHubSpotDirectory({
		accessToken: text(data.accessToken) ?? '',
		baseUrl: text(data.baseUrl),
		callsPer10Seconds: limit(data.callsPer10Seconds),
		searchesPerSecond: limit(data.searchesPerSecond),
		...(data.pathVersion === '2026-09' ? { pathVersion: '2026-09' as const } : {}),
		signal: ctx.getExecutionCancelSignal(),
	});
}
