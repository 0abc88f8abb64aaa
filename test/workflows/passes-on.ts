import type { IExecuteFunctions, INodeType } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

/** Form and Wait load ES modules, which the test runner's loader refuses: these pass their items on at once. */
export const passesOn = (name: string, group: 'trigger' | 'transform'): INodeType => ({
	description: {
		displayName: name,
		name,
		group: [group],
		version: [1, 1.1, 2.2, 2.5, 2.6],
		description: 'Passes items on',
		defaults: { name },
		inputs: group === 'trigger' ? [] : [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute(this: IExecuteFunctions) {
		return [this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }))];
	},
});
