import type { INodeProperties } from 'n8n-workflow';
import { gateError } from '../../../core/errors';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { notForAgents, refuseAgents } from '../../kit/giver';
import { flags } from '../evidence/flags';
import { monitor } from '../evidence/monitor';
import { person } from '../evidence/person';
import { reads } from '../evidence/reads';
import { reported } from '../evidence/reported';
import { schema } from '../evidence/schema';
import { settings } from '../evidence/settings';
import type { EvidenceSource } from '../evidence/source';
import { sql } from '../evidence/sql';
import { workflow } from '../evidence/workflow';
import type { OperationContext } from '../resource';

/** Who or what answers; one file each. */
const sources: Readonly<Record<string, EvidenceSource>> = {
	person,
	reported,
	reads,
	monitor,
	schema,
	flags,
	settings,
	sql,
	workflow,
};

export const option = {
	name: 'Record Evidence',
	value: 'evidence',
	action: 'Record evidence for a release',
	description: 'Record an answer to a check, by a person or by a machine that looks for itself',
	...notForAgents,
};

const here = { resource: ['release'], operation: ['evidence'] };

export const description: INodeProperties[] = [
	...shownFor(here, [
		releaseParameter,
		{
			displayName: 'Answered By',
			name: 'source',
			type: 'options',
			options: Object.values(sources)
				.map((source) => source.option)
				.sort((a, b) => (a.name < b.name ? -1 : 1)),
			default: 'person',
			description:
				'Machines answer what machines can know; what they see also decides the class. People answer the rest.',
		},
	]),
	...Object.entries(sources).flatMap(([value, source]) =>
		shownFor({ ...here, source: [value] }, source.description),
	),
];

/** One record with the evidence. An answer to another hash, or by somebody who may not, is refused; so is an agent. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	refuseAgents(context.ctx);
	const release = context.parameters.picked('release');
	const source = sources[context.parameters.text('source')];
	if (source === undefined)
		throw gateError('parameter-unreadable', { parameter: 'Answered By', reason: 'there is no such source' });
	return [{ release, ...(await source.answer(context, release)) }];
}
