import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../cli';
import { spine, STAND_INS } from '../../testbed/audit/spine';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'audit-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown): string => {
	const path = join(folder, name);
	writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
	return path;
};

const bypassed = () => {
	const workflow = { ...spine(), id: 'b', name: 'Bypassed' };
	workflow.connections['Get due deliveries']?.main[0]?.push({ node: 'Send email', type: 'main', index: 0 });
	return workflow;
};

const cli = async (...argv: string[]): Promise<{ code: number; out: string; err: string }> => {
	let out = '';
	let err = '';
	const code = await runCli(argv, { out: (text) => (out += text), err: (text) => (err += text) });
	return { code, out, err };
};

describe('audit', () => {
	it('exits with 0 and names the hash when everything is proven', async () => {
		const policy = file('policy.json', { audit: STAND_INS });
		const { code, out, err } = await cli('audit', file('good.json', spine()), '--policy', policy);
		expect({ code, err }).toEqual({ code: 0, err: '' });
		expect(out).toMatch(/^proven {4}/);
		expect(out).toMatch(/hash v2:[0-9a-f]{64}/);
	});

	it('exits with 1 and prints the path when something is violated', async () => {
		const policy = file('policy.json', STAND_INS);
		const { code, out } = await cli('audit', file('bad.json', bypassed()), '--policy', policy);
		expect(code).toBe(1);
		expect(out).toContain('path  Every other day -> Get due deliveries -> Send email');
	});

	it('exits with 2 for unusable input, and audits the rest', async () => {
		const policy = file('policy.json', STAND_INS);
		const good = file('good.json', spine());
		const bad = file('not.json', '{"nodes":');
		const { code, out, err } = await cli('audit', bad, join(folder, 'absent.json'), good, '--policy', policy);
		expect(code).toBe(2);
		expect(out).toContain('proven');
		expect(err).toContain('is not JSON.');
		expect(err).toContain('cannot be read (ENOENT).');
		expect((await cli('audit')).code).toBe(2);
		expect((await cli('audit', good, '--nonsense')).code).toBe(2);
		expect((await cli('audit', good, '--policy', file('wrong.json', { nodes: 1 }))).code).toBe(2);
	});

	it('writes SARIF whose lines are those of the nodes, and JSON, and a page', async () => {
		const policy = file('policy.json', STAND_INS);
		const bad = file('bad.json', bypassed());
		const sarifFile = join(folder, 'out.sarif');
		const page = join(folder, 'out.html');
		const argv = ['audit', bad, '--policy', policy, '--json', '--sarif', sarifFile, '--html', page];
		const { out } = await cli(...argv);
		const printed = JSON.parse(out) as { reports: { verdict: string; file: string }[] };
		expect(printed.reports).toMatchObject([{ verdict: 'violated', file: bad }]);
		const log = JSON.parse(readFileSync(sarifFile, 'utf8')) as {
			version: string;
			runs: {
				tool: { driver: { rules: { id: string }[] } };
				results: {
					ruleId: string;
					ruleIndex: number;
					locations: { physicalLocation: { region: { startLine: number } } }[];
				}[];
			}[];
		};
		expect(log.version).toBe('2.1.0');
		const [result] = log.runs[0]?.results ?? [];
		expect(log.runs[0]?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe('send-ungated');
		const line = result?.locations[0]?.physicalLocation.region.startLine ?? 0;
		expect(readFileSync(bad, 'utf8').split('\n')[line - 1]).toContain('"name": "Send email"');
		expect(readFileSync(page, 'utf8')).toContain('<svg');
	});

	it('shows its help', async () => {
		const { code, out } = await cli('audit', '--help');
		expect(code).toBe(0);
		expect(out).toContain('--sarif <file>');
	});
});
