import type { INodeProperties } from 'n8n-workflow';
import { approvalsFor, evidenceFor, knownRelease } from '../../../app/release';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { releaseJson } from './release-record';

export const option = {
	name: 'Show',
	value: 'show',
	action: 'Show a release',
	description: 'Get a release with its manifest, class, stage, evidence, approvals and the gate’s last word',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['show'] }, [
	releaseParameter,
]);

/** One record. Throws `release-unknown`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ports } = context;
	const release = await knownRelease(ports, context.parameters.picked('release'));
	const { id, body } = release;
	return [
		{
			...(await releaseJson(ports, release)),
			manifest: body.manifest,
			observed: body.observed,
			migration: body.migration ?? null,
			reads: body.reads ?? [],
			evidence: await evidenceFor(ports, id),
			approvals: await approvalsFor(ports, id),
		},
	];
}
