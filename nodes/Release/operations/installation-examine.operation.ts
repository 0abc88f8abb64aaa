import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { DoctorPorts } from '../../../app/doctor';
import { gateError } from '../../../core/errors';
import { shownFor } from '../../kit/descriptions';
import { connectionFor, examineConnection } from '../../kit/ledger';
import { slotsIn, sparseIn } from '../../kit/node-knowledge';
import { N8N_CREDENTIAL } from '../../RollbackSnapshot/ports';
import type { OperationContext } from '../resource';

export const option = {
	name: 'Examine',
	value: 'examine',
	action: 'Examine the installation',
	description:
		'Look for what can be wrong with this installation, each with its mend: one item for each finding, none where all is well',
};

export const description: INodeProperties[] = shownFor(
	{ resource: ['installation'], operation: ['examine'] },
	[
		{
			displayName:
				'Looks at workflows, credentials and runs through n8n’s API, at the ledger and its database, and at the process that runs this node. It sends nothing and mends nothing.',
			name: 'examineNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Keep for the Desk',
			name: 'keepForDesk',
			type: 'boolean',
			default: true,
			description: 'Whether the desk shows under Health what was found, until the next look',
		},
		{
			displayName: 'Models',
			name: 'models',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: 'e.g. {{ JSON.stringify($json) }}',
			description:
				'What GET https://api.openai.com/v1/models answers: it tells when a model is shut down. Models are not looked at if empty.',
		},
	],
);

async function portsOf({ ctx, ports, parameters }: OperationContext): Promise<DoctorPorts> {
	if (ctx.getNode().credentials?.[N8N_CREDENTIAL] === undefined) throw gateError('setup-no-n8n-credential');
	const { n8nInstallation } = await import('../../../adapters/n8n/installation');
	const { processFacts } = await import('../../../adapters/n8n/process');
	const { retirementsIn } = await import('../../../adapters/providers/retirements');
	const { baseUrl } = await ctx.getCredentials(N8N_CREDENTIAL);
	const connection = await connectionFor(ctx);
	const models = parameters.json('models', 'Models');
	return {
		n8n: n8nInstallation(
			{ url: typeof baseUrl === 'string' ? baseUrl : '', apiKey: '' },
			async (method, address, body) => await called(ctx, method, address, body),
		),
		now: ports.now,
		slots: slotsIn(ctx),
		installed: null,
		ledger: async () => ports.ledger,
		database: connection.store === 'postgres' ? async () => await examineConnection(connection) : null,
		sparse: sparseIn(ctx),
		host: processFacts(connection.store),
		retires: models === undefined ? null : async () => retirementsIn(models),
	};
}

/** The key is added by n8n, which lets a credential be used for the hosts it is meant for only. */
async function called(
	ctx: IExecuteFunctions,
	method: 'GET' | 'POST' | 'PUT' | 'DELETE',
	url: string,
	body: object | undefined,
): Promise<{ readonly status: number; readonly body: unknown; readonly date: string | null }> {
	const answer = (await ctx.helpers.httpRequestWithAuthentication.call(ctx, N8N_CREDENTIAL, {
		method,
		url,
		...(body === undefined ? {} : { body }),
		json: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	})) as { statusCode: number; body: unknown; headers: Readonly<Record<string, unknown>> };
	const { date } = answer.headers;
	return { status: answer.statusCode, body: answer.body, date: typeof date === 'string' ? date : null };
}

/** One record for each finding, trouble first as it was looked for. Throws `setup-n8n-unreachable` where n8n cannot be asked. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ports, parameters, by, hint } = context;
	const { diagnose, keepExamination } = await import('../../../app/doctor');
	const look = await portsOf(context);
	const found = await diagnose(look);
	if (parameters.flag('keepForDesk', true)) await keepExamination(ports, found, by);
	const { findings, passed, unseen } = found;
	hint(`${passed.length} checks found nothing, and ${unseen.length} did not look.`);
	const at = new Date(ports.now()).toISOString();
	return findings.map(({ failed = false, ...finding }) => ({ ...finding, failed, at, n8n: look.n8n.host }));
}
