import type { INodeProperties } from 'n8n-workflow';
import { classHtml, differencesHtml } from '../../../core/release/prepare/page';
import { releaseParameter, shownFor } from '../../kit/descriptions';
import { knowledgeIn } from '../../kit/node-knowledge';
import { portsOf } from '../../RollbackSnapshot/ports';
import type { OperationContext } from '../resource';
import { fieldOf } from './prepared-record';
import { releaseJson } from './release-record';

export const option = {
	name: 'Compare',
	value: 'compare',
	action: 'Compare a release with what runs',
	description: 'See what a release changes, value by value, before you approve it',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['compare'] }, [
	releaseParameter,
]);

/** The release with its differences to what runs now, as markup for a page too, and the questions that are still open. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ctx, parameters, ports, hint } = context;
	// Loaded here and not before: it is heavy.
	const { compareRelease } = await import('../../../app/prepare/compare');
	const { release, classification, strictness, heldTo, differences, asProven, questions } =
		await compareRelease(
			{ ...(await portsOf(ctx, hint, false)), knowledge: knowledgeIn(ctx) },
			parameters.chosen('release', 'Release'),
		);
	return [
		{
			...(await releaseJson(ports, release)),
			differences,
			strictness,
			heldTo,
			asProven,
			questions,
			form: questions.map(fieldOf),
			page: { differences: differencesHtml(differences), class: classHtml(classification, heldTo) },
		},
	];
}
