import type { INodeProperties } from 'n8n-workflow';
import { openRelease } from '../../../app/release';
import { shownFor } from '../../kit/descriptions';
import type { OperationContext } from '../resource';
import { fieldParameter, neededDocument } from './json-field';
import { releaseJson } from './release-record';

export const option = {
	name: 'Open',
	value: 'open',
	action: 'Open a release',
	description: 'Store a release from its manifest, or change the manifest of one that is still open',
};

export const description: INodeProperties[] = shownFor({ resource: ['release'], operation: ['open'] }, [
	{
		displayName:
			'Opening a release again with another manifest reopens whatever was bound to what changed: those checks and approvals must be given again.',
		name: 'openNotice',
		type: 'notice',
		default: '',
	},
	fieldParameter(
		'Manifest Field',
		'manifestField',
		'manifest',
		'Name of the field with the manifest, as an object or as JSON text',
		{ required: true },
	),
	{
		displayName: 'Owner',
		name: 'owner',
		type: 'string',
		default: '',
		placeholder: 'e.g. account 7f3c, or the key of the pipeline',
		description:
			'Whose key or account opens it. Once opened with one, only the same one changes the release.',
	},
]);

/** The release, with what opening did to it. Throws the manifest's errors, `release-not-open`, `policy-not-set`. */
export async function execute(context: OperationContext): Promise<readonly object[]> {
	const { ports } = context;
	const manifest = neededDocument(context, 'manifestField', 'Manifest Field');
	const { release, what, reopened } = await openRelease(
		ports,
		manifest,
		context.by,
		context.parameters.text('owner'),
	);
	return [{ ...(await releaseJson(ports, release)), opened: what, reopened }];
}
