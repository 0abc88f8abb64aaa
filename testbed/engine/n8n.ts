import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	type ExecuteWorkflowData,
	type ExecuteWorkflowOptions,
	type ExecutionError,
	type IConnections,
	type IDataObject,
	type IExecuteWorkflowInfo,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type IPinData,
	type IRun,
	type IRunData,
	type IRunExecutionData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type IWorkflowSettings,
	type NodeExecutionHint,
	Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { startRunnerTask } from './n8n-code';
import { chooseCredentials, type CredentialData, MapCredentials } from './n8n-credentials';
import { type Engine, useEngine } from './n8n-engine';
import { LazyNodeTypes } from './n8n-types';

export { type Engine, forEachEngine, vmAvailable } from './n8n-engine';
export { LazyNodeTypes, PACKAGE_NAME } from './n8n-types';

/** A workflow as n8n exports it. */
export interface WorkflowJson {
	readonly id?: string;
	readonly name?: string;
	readonly nodes: ReadonlyArray<Partial<INode> & Pick<INode, 'name' | 'type'>>;
	readonly connections: object;
	readonly settings?: object;
	readonly pinData?: IPinData;
}

export interface RunOptions {
	/** Decrypted data by credential type; chosen in every node that asks for the type. */
	readonly credentials?: CredentialData;
	/** Where the run starts; by default at the workflow's only trigger. */
	readonly startNode?: string;
	/** What the trigger emits; one empty item by default. */
	readonly triggerItems?: ReadonlyArray<INodeExecutionData | IDataObject>;
	/** Default `trigger`, in which a trigger passes `triggerItems` on. */
	readonly mode?: WorkflowExecuteMode;
	/** Default `legacy`; `vm` needs NODE_OPTIONS=--experimental-vm-modules. */
	readonly engine?: Engine;
	/** The workflow's static data, changed in place. */
	readonly staticData?: IDataObject;
	/** Changes to nodes by node name; `parameters` are merged, everything else is replaced. */
	readonly nodeOverrides?: Readonly<Record<string, Partial<INode>>>;
	/** Further node types by full name, e.g. a stub of a vendor. */
	readonly nodeTypes?: Readonly<Record<string, INodeType>>;
	readonly executionId?: string;
	/** What runs the code of Code nodes; by default `startRunnerTask` of `n8n-code.ts`. */
	readonly runner?: typeof startRunnerTask;
	/** An execution that waits, to go on with. */
	readonly resume?: IRunExecutionData;
	/** Workflows that Execute Workflow may call, by id; they run with the same options. */
	readonly subWorkflows?: Readonly<Record<string, WorkflowJson>>;
}

export interface WorkflowRun {
	readonly runData: IRunData;
	/** The items a node put out on one output (default 0), over all its runs, in order. */
	readonly items: (nodeName: string, outputIndex?: number) => INodeExecutionData[];
	/** The same, `json` only. */
	readonly json: (nodeName: string, outputIndex?: number) => IDataObject[];
	/** What ended the run, if it failed. */
	readonly error: ExecutionError | undefined;
	/** Execution hints of all nodes. */
	readonly hints: ReadonlyArray<NodeExecutionHint & { node: string }>;
	readonly staticData: IDataObject;
	readonly executionId: string;
	readonly run: IRun;
	/** The workflow as it ran: with the changes and credentials of the options. */
	readonly ran: WorkflowJson;
}

const BASE = 'http://localhost/harness';

const nodesOf = (workflow: WorkflowJson, overrides: RunOptions['nodeOverrides'] = {}): INode[] => {
	const names = new Set(workflow.nodes.map(({ name }) => name));
	const unknown = Object.keys(overrides).find((name) => !names.has(name));
	if (unknown !== undefined)
		throw new Error(`nodeOverrides names '${unknown}', which is not in the workflow`);
	return workflow.nodes.map((node) => {
		const change = overrides[node.name];
		return structuredClone({
			id: randomUUID(),
			typeVersion: 1,
			position: [0, 0] as [number, number],
			...node,
			...change,
			parameters: { ...node.parameters, ...change?.parameters },
		});
	});
};

const startOf = (workflow: Workflow, name?: string): INode => {
	const candidates = Object.values(workflow.nodes).filter((node) => {
		if (name !== undefined) return node.name === name;
		const { group } = workflow.nodeTypes.getByNameAndVersion(node.type, node.typeVersion).description;
		return group.includes('trigger') && !node.disabled;
	});
	const [start, ...others] = candidates;
	if (!start || others.length > 0) {
		const found = candidates.map((node) => node.name).join(', ') || 'none';
		throw new Error(`startNode must name one of the workflow's nodes (candidates: ${found})`);
	}
	return start;
};

const asItem = (item: INodeExecutionData | IDataObject): INodeExecutionData =>
	typeof item.json === 'object' && item.json !== null ? (item as INodeExecutionData) : { json: item };

/**
 * What Execute Workflow calls. n8n's server returns the outputs of the last run of the node that ran last
 * (`getLastExecutedNodeData` in n8n 2.40's `workflow-helpers`); which node that is, the engine says.
 */
const callOf =
	(options: RunOptions) =>
	async (
		{ id }: IExecuteWorkflowInfo,
		_additionalData: IWorkflowExecuteAdditionalData,
		{ inputData }: ExecuteWorkflowOptions,
	): Promise<ExecuteWorkflowData> => {
		const called = options.subWorkflows?.[id ?? ''];
		if (!called) throw new Error(`The test supplies no workflow '${id}'`);
		const { executionId: _own, startNode: _start, nodeOverrides: _overrides, ...same } = options;
		const { run, executionId } = await runWorkflow(called, { ...same, triggerItems: inputData });
		const { lastNodeExecuted = '', runData, error } = run.data.resultData;
		if (error) throw error;
		return { executionId, data: runData[lastNodeExecuted]?.at(-1)?.data?.main ?? [null] };
	};

/**
 * Runs a whole workflow through the real n8n-core, without a server: own nodes from their TypeScript source under
 * their published names, built-in ones from n8n-nodes-base. A run that fails resolves, with `error` set; only a
 * mistake in the call throws.
 */
export const runWorkflow = async (
	workflowJson: WorkflowJson,
	options: RunOptions = {},
): Promise<WorkflowRun> => {
	const { credentials = {}, mode = 'trigger', engine = 'legacy', triggerItems = [{ json: {} }] } = options;
	const executionId = options.executionId ?? randomUUID();
	const nodeTypes = new LazyNodeTypes(options.nodeTypes);
	const nodes = nodesOf(workflowJson, options.nodeOverrides);
	chooseCredentials(nodes, credentials, nodeTypes);

	const definition = {
		id: workflowJson.id ?? 'in-process',
		name: workflowJson.name ?? 'In process',
		nodes,
		connections: structuredClone(workflowJson.connections) as IConnections,
		settings: (workflowJson.settings ?? {}) as IWorkflowSettings,
		active: false,
	};
	const staticData = options.staticData ?? {};
	const { pinData } = workflowJson;
	const workflow = new Workflow({ ...definition, nodeTypes, staticData, pinData });
	const additionalData = {
		credentialsHelper: new MapCredentials(credentials),
		hooks: new ExecutionLifecycleHooks(mode, executionId, definition as unknown as IWorkflowBase),
		executionId,
		workflowId: definition.id,
		variables: {},
		currentNodeExecutionIndex: 0,
		restApiUrl: `${BASE}/rest`,
		instanceBaseUrl: BASE,
		formBaseUrl: `${BASE}/form`,
		formWaitingBaseUrl: `${BASE}/form-waiting`,
		formTestBaseUrl: `${BASE}/form-test`,
		webhookBaseUrl: `${BASE}/webhook`,
		webhookWaitingBaseUrl: `${BASE}/webhook-waiting`,
		webhookTestBaseUrl: `${BASE}/webhook-test`,
		mcpBaseUrl: `${BASE}/mcp`,
		mcpTestBaseUrl: `${BASE}/mcp-test`,
		setExecutionStatus: () => {},
		sendDataToUI: () => {},
		logAiEvent: () => {},
		startRunnerTask: options.runner ?? startRunnerTask,
		executeWorkflow: callOf(options),
		getRunExecutionData: async () => undefined,
	} as unknown as IWorkflowExecuteAdditionalData;

	const begun = (): IRunExecutionData => {
		const node = startOf(workflow, options.startNode);
		const stack = [{ node, data: { main: [triggerItems.map(asItem)] }, source: null }];
		return createRunExecutionData({
			resultData: { pinData },
			executionData: { nodeExecutionStack: stack },
		});
	};
	const data = options.resume ?? begun();

	await useEngine(engine);
	const execute = async () =>
		await new WorkflowExecute(additionalData, mode, data).processRunExecutionData(workflow);
	const run = engine === 'vm' ? await workflow.expression.withIsolate(execute) : await execute();

	const { runData, error } = run.data.resultData;
	const items = (nodeName: string, outputIndex = 0): INodeExecutionData[] => {
		if (!workflow.getNode(nodeName)) throw new Error(`The workflow has no node '${nodeName}'`);
		return (runData[nodeName] ?? []).flatMap((task) => task.data?.main?.[outputIndex] ?? []);
	};
	return {
		runData,
		items,
		json: (nodeName, outputIndex) => items(nodeName, outputIndex).map((item) => item.json),
		error,
		hints: Object.entries(runData).flatMap(([node, tasks]) =>
			tasks.flatMap((task) => (task.hints ?? []).map((hint) => ({ ...hint, node }))),
		),
		staticData,
		executionId,
		run,
		ran: definition as unknown as WorkflowJson,
	};
};
