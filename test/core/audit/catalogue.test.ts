import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILTIN } from '../../../core/audit/catalogue/builtin';
import operations from '../../../core/audit/catalogue/operations.json';
import { REVIEWED } from '../../../core/audit/catalogue/reviewed';
import { classify } from '../../../core/audit/classify';
import { EMPTY_POLICY, parseWorkflow } from '../../../core/audit';

const sending = Object.entries(operations.sending).flatMap(([type, names]) =>
	names.map((name) => [type, name] as const),
);

describe('operations that say they send', () => {
	it('were read from the installed n8n', () => {
		const base = join(__dirname, '../../../node_modules/n8n-nodes-base/package.json');
		const { version } = JSON.parse(readFileSync(base, 'utf8')) as { version: string };
		expect(operations.source).toContain(`n8n-nodes-base ${version}`);
	});

	it('are reviewed by name: no review is of an operation that does not say so', () => {
		const known = new Set(sending.map(([type, name]) => `${type} ${name}`));
		expect([...REVIEWED.keys()].filter((name) => !known.has(name))).toEqual([]);
	});

	it.each(sending)('%s %s is a send, or was shown to be something else', (type, name) => {
		const [resource, operation] = name.includes('.') ? name.split('.') : [undefined, name];
		const parameters = name === '*' ? {} : { ...(resource === undefined ? {} : { resource }), operation };
		const workflow = parseWorkflow(
			{ name: 'x', nodes: [{ name: 'A', type, parameters }], connections: {} },
			'x',
		);
		const [node] = workflow.nodes;
		if (!node) throw new Error('no node');
		const { role } = classify(node, workflow, EMPTY_POLICY);
		const reviewed = REVIEWED.get(`${type} ${name}`) ?? BUILTIN.get(type)?.operations?.[name];
		if (reviewed) expect(role).toBe(reviewed);
		else expect(['sender', 'unknown']).toContain(role);
	});
});
