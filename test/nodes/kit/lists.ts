import { LoadOptionsContext } from 'n8n-core';
import {
	type IDataObject,
	type ILoadOptionsFunctions,
	type INode,
	type INodeParameters,
	type IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';
import { LazyNodeTypes } from '../../../testbed/engine/n8n';
import { MapCredentials } from '../../../testbed/engine/n8n-credentials';
import { OWN } from './spine';

/** What a node in the editor holds while it asks for a list. */
export interface Asking {
	/** Without the package's name, e.g. `release`. */
	readonly type: string;
	readonly parameters?: INodeParameters;
	/** Data of the credentials that are chosen, by type. */
	readonly credentials?: Readonly<Record<string, IDataObject>>;
}

/** What n8n's server hands a list of the editor. */
export function asking({ type, parameters = {}, credentials = {} }: Asking): ILoadOptionsFunctions {
	const chosen = Object.keys(credentials).map((name) => [name, { id: '1', name }] as const);
	const node: INode = {
		id: 'n',
		name: 'Node',
		type: `${OWN}.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: Object.fromEntries(chosen),
	};
	const nodeTypes = new LazyNodeTypes();
	const workflow = new Workflow({ id: 'w', nodes: [node], connections: {}, active: false, nodeTypes });
	const data = { credentialsHelper: new MapCredentials(credentials), currentNodeParameters: parameters };
	return new LoadOptionsContext(
		workflow,
		workflow.getNode('Node') ?? node,
		data as unknown as IWorkflowExecuteAdditionalData,
		'parameters.any',
	);
}
