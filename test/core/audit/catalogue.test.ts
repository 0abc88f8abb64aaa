import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUILTIN, UNLINKED } from '../../../core/audit/catalogue/builtin';
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

describe('nodes that do not name the item an answer belongs to', () => {
	const base = join(__dirname, '../../../node_modules/n8n-nodes-base');
	const known = JSON.parse(readFileSync(join(base, 'dist/known/nodes.json'), 'utf8')) as Record<
		string,
		{ sourcePath: string }
	>;
	const sourcesOf = (folder: string): string[] =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.js') && !file.includes('test'))
			.map((file) => readFileSync(join(folder, file), 'utf8'));
	/** Hand on what they got: n8n-core has linked it already. */
	const HAND_ON = new Set(['noOp', 'sort', 'wait', 'form', 'stickyNote', 'stopAndError']);
	/** Read the feed or file by itself, never behind a claim with its items counted as one each. */
	const ONE_EACH = [...BUILTIN].filter(
		([type, { items, oneEach }]) =>
			type.startsWith('n8n-nodes-base.') && (items === 'same' || oneEach !== undefined),
	);

	it('are those whose build never says pairedItem', () => {
		const silent = ONE_EACH.map(([type]) => type.slice('n8n-nodes-base.'.length)).filter((name) => {
			const entry = known[name];
			if (!entry || HAND_ON.has(name)) return false;
			const sources = sourcesOf(dirname(join(base, entry.sourcePath)));
			return !sources.some((text) => /pairedItem|constructExecutionMetaData/.test(text));
		});
		const listed = [...UNLINKED].filter((type) => type.startsWith('n8n-nodes-base.'));
		expect(silent.map((name) => `n8n-nodes-base.${name}`).filter((type) => !UNLINKED.has(type))).toEqual([]);
		expect(listed.length).toBeGreaterThan(5);
	});
});
