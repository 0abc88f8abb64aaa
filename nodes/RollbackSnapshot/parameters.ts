import type { INodeProperties } from 'n8n-workflow';

export const changesParameter: INodeProperties = {
	displayName: 'Changes',
	name: 'changes',
	type: 'json',
	default: '{}',
	required: true,
	description:
		'What the release changes: definitions, values, rewrites, workflows, spine, flags. See docs/guide/snapshots.md.',
};

export const callsParameter: INodeProperties = {
	displayName: 'Calls per 10 Seconds',
	name: 'callsPer10Seconds',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 100,
	description: 'Pace of HubSpot calls that times are computed with; the credential sets the real one',
};
