import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';

const nodes = join(__dirname, '..', '..', '..', 'nodes');
const files = readdirSync(nodes, { recursive: true, encoding: 'utf8' }).filter((file) =>
	file.endsWith('.node.ts'),
);

describe('in an n8n that lacks what the nodes need', () => {
	afterEach(() => void jest.resetModules());

	it.each(files)('%s is refused with a sentence, before it is described', (file) => {
		jest.isolateModules(() => {
			// So it is up to n8n-workflow 1.82, which names connections in NodeConnectionType.
			jest.doMock('n8n-workflow', () => {
				const { NodeConnectionTypes: _gone, ...older } =
					jest.requireActual<Record<string, unknown>>('n8n-workflow');
				return older;
			});
			expect(() => require(join(nodes, file)) as unknown).toThrow(
				'n8n-nodes-release-gate needs n8n 1.123 or later: this one has no NodeConnectionTypes (n8n-workflow). Update n8n, then start it again.',
			);
			jest.dontMock('n8n-workflow');
		});
	});
});
