import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/cli';

const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
	version: string;
};

describe('the command line', () => {
	it('prints its version', async () => {
		expect(await runCommand('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
	});

	it('names itself as it is started, and every command', async () => {
		const { code, out } = await runCommand('--help');
		expect(code).toBe(0);
		expect(out).toContain('Usage: n8n-nodes-release-gate ');
		for (const command of ['audit', 'check', 'report'])
			expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
	});

	it('ends with 2, not with a "no", for what it does not know', async () => {
		const { code, err } = await runCommand('ship-it');
		expect(code).toBe(2);
		expect(err).toContain("unknown command 'ship-it'");
	});
});
