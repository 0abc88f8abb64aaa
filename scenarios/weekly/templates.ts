import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { templatePath } from '../../testbed/template-files';
import type { WorkflowFile, WorkflowNode } from '../../testbed/n8n/workflows';
import { withCredential } from './credentials';

/** The templates of the release train. Those that others call come first. */
export const trainTemplates = [
	'smoke-tests',
	'train-pipeline',
	'software-rollback',
	'publish-release-notes',
	'train-gather',
	'train-answer',
	'train-build',
	'train-deploy',
	'train-watch',
	'release-train',
	'staging-smoke',
	'weekly-release',
	'post-release-watch',
	'hotfix-release',
	'major-release',
] as const;
export type TrainTemplate = (typeof trainTemplates)[number];

/** A template with the id that other templates name it by. */
export type ReadyTemplate = WorkflowFile & { id: TrainTemplate };

/** Id the editor gives a node with a webhook when a template is imported; here always the same one. */
export const webhookIdOf = (template: string, node: string): string => {
	const hash = createHash('sha256').update(`${template}/${node}`).digest('hex');
	return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
};

const imported = (template: string, node: WorkflowNode): WorkflowNode => ({
	...withCredential(node),
	...(node.type === 'n8n-nodes-base.formTrigger' || node.type === 'n8n-nodes-base.wait'
		? { webhookId: webhookIdOf(template, node.name) }
		: {}),
});

/** The templates as shipped, Config nodes untouched: only credentials are chosen, and ids given as an import does. */
export function readyTrain(): readonly ReadyTemplate[] {
	return trainTemplates.map((id) => {
		const workflow = JSON.parse(readFileSync(templatePath(id), 'utf8')) as WorkflowFile;
		return { ...workflow, id, nodes: workflow.nodes.map((node) => imported(id, node)) };
	});
}
