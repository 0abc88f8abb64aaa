import { parseWorkflow } from '../../../core/audit/parse';
import { identityIn, identityParameters } from '../../kit/identity';
import { workflowReport } from '../../../core/release/machines/workflow';
import { knowledgeIn } from '../../kit/node-knowledge';
import { documentIn, fieldParameter, neededDocument } from '../operations/json-field';
import { looked } from './looked';
import type { EvidenceSource } from './source';

/** The workflow audit proves the version to be released; the diff says what changes. */
export const workflow: EvidenceSource = {
	option: {
		name: 'Workflow Audit and Diff',
		value: 'workflow',
		description: 'Prove the workflow, and see what changes against the one in production',
	},
	description: [
		fieldParameter(
			'Workflow Field',
			'afterField',
			'workflow',
			'Name of the field with the exported workflow that is to be released',
			{ required: true },
		),
		fieldParameter(
			'Workflow in Production Field',
			'beforeField',
			'production',
			'Name of the field with the exported workflow that runs now; without it everything counts as new',
		),
		...identityParameters,
	],
	answer: async (context, release) => {
		const after = parseWorkflow(neededDocument(context, 'afterField', 'Workflow Field'), 'the new workflow');
		const given = documentIn(context, 'beforeField', 'Workflow in Production Field');
		const before = given === undefined ? undefined : parseWorkflow(given, 'the workflow in production');
		const { policy, called } = identityIn(context.parameters, context.json, context.index);
		const knowledge = knowledgeIn(context.ctx);
		return await looked(context, release, ({ body }) =>
			workflowReport({ before, after, policy, called, named: body.manifest.artifacts.workflow, knowledge }),
		);
	},
};
