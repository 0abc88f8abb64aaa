import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import { apiAddress } from '../../adapters/n8n/address';
import { n8nWorkflows, type N8nWorkflows } from '../../adapters/n8n/workflows';
import { gateError } from '../../core/errors';
import { type Entry, found, listed } from '../kit/listing';

/** Type name of our credential for an instance's public API. */
export const N8N_CREDENTIAL = 'releaseGateN8nApi';

/** Whether a credential for n8n is chosen in the node. */
export const namesInstance = (ctx: Pick<IExecuteFunctions, 'getNode'>): boolean =>
	ctx.getNode().credentials?.[N8N_CREDENTIAL] !== undefined;

/** The workflows of the instance the node's credential names. Throws `audit-no-n8n`, `audit-n8n-unreachable`. */
export async function instanceOf(ctx: IExecuteFunctions | ILoadOptionsFunctions): Promise<N8nWorkflows> {
	if (!namesInstance(ctx)) throw gateError('audit-no-n8n');
	const { baseUrl } = await ctx.getCredentials(N8N_CREDENTIAL);
	const base = apiAddress(baseUrl);
	if (!URL.canParse(base)) throw gateError('audit-n8n-unreachable', { host: base || 'an empty address' });
	const { host } = new URL(base);
	return n8nWorkflows(async (path, query) => {
		const answer = (await ctx.helpers.httpRequestWithAuthentication.call(ctx, N8N_CREDENTIAL, {
			method: 'GET',
			url: `${base}${path}`,
			qs: query,
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		})) as { statusCode: number; body: unknown };
		return { status: answer.statusCode, body: answer.body };
	}, host);
}

async function workflowsOf(ctx: ILoadOptionsFunctions): Promise<readonly Entry[]> {
	const { workflows } = await (await instanceOf(ctx)).list('draft');
	return workflows
		.flatMap(({ id, name }) => (id === undefined ? [] : [{ name, value: id }]))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** The workflows of the instance by name, for a picker; what keeps them from loading is said with its remedy. */
export async function searchWorkflows(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	return await listed(this, async () => found(await workflowsOf(this), filter));
}

/** The same for a list of which several are ticked; none where no credential is chosen, as in `kit/property-lists`. */
export async function getWorkflows(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	if (!namesInstance(this)) return [];
	return await listed(this, async () => [...(await workflowsOf(this))]);
}
