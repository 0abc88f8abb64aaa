import { policy } from '../../nodes/Release/policy.resource';
import { release } from '../../nodes/Release/release.resource';

/** Display names of the operations of the resources that belong to releases. */
export const releaseNodeOperations = (): readonly { resource: string; name: string }[] =>
	[release, policy].flatMap(({ option, operations }) =>
		Object.values(operations).map((operation) => ({
			resource: option.name,
			name: operation.option.name,
		})),
	);
