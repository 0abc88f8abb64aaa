import { parseWorkflow, workflowsIn } from '../../../core/audit/parse';
import { monitorReport } from '../../../core/release/machines/monitor';
import { documentIn, fieldParameter, neededDocument } from '../operations/json-field';
import { looked } from './looked';
import type { EvidenceSource } from './source';

/** Whether an error workflow is set and an active workflow watches. */
export const monitor: EvidenceSource = {
	option: {
		name: 'Alerts and Monitor',
		value: 'monitor',
		description: 'See whether the spine has an error workflow and an active monitor watches it',
	},
	description: [
		fieldParameter(
			'Spine Workflow Field',
			'spineWorkflow',
			'workflow',
			'Name of the field with the exported workflow of the spine',
			{ required: true },
		),
		fieldParameter(
			'Other Workflows Field',
			'otherWorkflows',
			'workflows',
			'Name of the field with a list of the instance’s workflows, as the public API of n8n gives them',
		),
	],
	answer: async (context, release) => {
		const spine = parseWorkflow(
			neededDocument(context, 'spineWorkflow', 'Spine Workflow Field'),
			'the spine',
		);
		const given = documentIn(context, 'otherWorkflows', 'Other Workflows Field');
		const others = given === undefined ? [] : workflowsIn(given, 'the other workflows');
		return await looked(context, release, () => monitorReport(spine, others));
	},
};
