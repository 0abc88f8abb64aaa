import { BASE, find, flag, link, node, set } from '../edit';
import type { Change } from './table';

/** 15: changes of what a workflow does, each of which must be seen in its identity. */
export const IDENTITIES: Readonly<Record<string, Change>> = {
	'Retry On Fail of the send': flag('Send email', { retryOnFail: true }),
	'tries of the send': flag('Send email', { maxTries: 5 } as never),
	'a wait between tries': flag('Send email', { waitBetweenTries: 5000 } as never),
	'On Error of the send': flag('Send email', { onError: 'continueRegularOutput' }),
	'the old form of On Error': flag('Commit delivery', { continueOnFail: true } as never),
	'Execute Once of the confirmation': flag('Confirm before send', { executeOnce: true }),
	'Always Output Data of the claim': flag('Claim delivery', { alwaysOutputData: true }),
	'the confirmation turned off': flag('Confirm before send', { disabled: true }),
	'the version of the confirmation': flag('Confirm before send', { typeVersion: 3 }),
	'the credential of the ledger': flag('Claim delivery', {
		credentials: { releaseGateLedgerApi: { id: 'b', name: 'B' } },
	} as never),
	'the path of a webhook': (workflow) =>
		void workflow.nodes.push({ ...node('Hook', `${BASE}webhook`), webhookId: 'one' } as never),
	'the order of execution': (workflow) => void (workflow.settings.executionOrder = 'v0'),
	'the error workflow': (workflow) => void (workflow.settings.errorWorkflow = 'other'),
	'pinned data': (workflow) => void (workflow.pinData = { 'Send email': [] }),
	'a second connection': (workflow) => link(workflow, 'Confirm before send', 1, 'Send email'),
	'the input of a connection': (workflow) => {
		for (const target of workflow.connections['Send email']?.main[0] ?? []) target.index = 1;
	},
	'a header of the send': set('Send email', {
		headerParameters: { parameters: [{ name: 'X', value: '1' }] },
	}),
	'the name of a node': (workflow) => {
		find(workflow, 'Every other day').name = 'Each day';
		workflow.connections['Each day'] = workflow.connections['Every other day'] ?? { main: [] };
		delete workflow.connections['Every other day'];
	},
	'a note that declares': (workflow) =>
		void workflow.nodes.push(
			node('Declared', `${BASE}stickyNote`, {
				content:
					'```release-gate-audit\n{"hosts":[{"host":"x.example","role":"reader","reason":"looked at"}]}\n```',
			}),
		),
};
