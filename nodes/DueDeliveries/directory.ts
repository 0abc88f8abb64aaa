import type { IExecuteFunctions } from 'n8n-workflow';
import type { ContactDirectory } from '../../core/ports/contacts';
import { HUBSPOT_CREDENTIAL } from '../shared/descriptions';

const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** The HubSpot account of the node's credential. The client is loaded here and not before: it is heavy. */
export async function directoryOf(ctx: IExecuteFunctions): Promise<ContactDirectory> {
	const data = await ctx.getCredentials(HUBSPOT_CREDENTIAL);
	const { createHubSpotDirectory } = await import('../../adapters/hubspot');
	return createHubSpotDirectory({
		accessToken: text(data.accessToken) ?? '',
		baseUrl: text(data.baseUrl),
		signal: ctx.getExecutionCancelSignal(),
	});
}
