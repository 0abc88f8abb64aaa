import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { claim, dueItems, ownUserFolder, single } from './spine';

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

const said = async (change: Partial<INode>): Promise<string[]> => {
	const triggerItems = await dueItems(['1', '2']);
	const run = await runWorkflow(single({ ...claim, ...change }), { triggerItems });
	return run.hints.map(({ message }) => message);
};

it('says nothing about settings that are as they should be', async () => {
	expect(await said({})).toEqual([]);
});

it.each([
	['alwaysOutputData', 'Always Output Data is on'],
	['executeOnce', 'Execute Once is on'],
	['retryOnFail', 'Retry On Fail is on'],
] as const)('tells the builder about %s', async (setting, sentence) => {
	const hints = await said({ [setting]: true });
	expect(hints).toEqual([expect.stringContaining(sentence)]);
});
