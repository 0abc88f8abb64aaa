import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { processFacts } from '../../../adapters/n8n/process';

describe('what the process of n8n knows of itself', () => {
	let folder: string;
	let program: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'release-gate-process-'));
		const n8n = join(folder, 'lib', 'n8n');
		mkdirSync(join(n8n, 'bin'), { recursive: true });
		writeFileSync(join(n8n, 'package.json'), '{"name":"n8n","version":"2.40.7"}');
		writeFileSync(join(n8n, 'bin', 'n8n'), '');
		// As npm puts it on the path.
		program = join(folder, 'n8n');
		symlinkSync(join(n8n, 'bin', 'n8n'), program);
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	const of = (env: Readonly<Record<string, string>>, ...argv: readonly string[]) =>
		processFacts('postgres', { argv: ['node', ...argv], env, node: '24.21.0' });

	it('reads version and command from the program that was started', () => {
		expect(of({}, program, 'worker')).toEqual({
			name: hostname(),
			command: 'worker',
			node: '24.21.0',
			n8n: '2.40.7',
			executionsMode: 'regular',
			admitsPackage: false,
			ownEncryptionKey: false,
			keepsGoodRuns: true,
			savesProgress: false,
			deletesRuns: true,
			store: 'postgres',
		});
		expect(of({}, program).command).toBe('start');
	});

	it('takes the version that n8n’s image names, and none of another program', () => {
		expect(of({ N8N_VERSION: '2.39.1' }, join(folder, 'gone'))).toMatchObject({
			n8n: '2.39.1',
			command: 'start',
		});
		expect(of({}, join(folder, 'gone'), 'worker')).toMatchObject({ n8n: null, command: null });
		expect(of({}, __filename)).toMatchObject({ n8n: null, command: null });
	});

	it('reads the environment as n8n does', () => {
		const env = {
			EXECUTIONS_MODE: 'queue',
			N8N_UNVERIFIED_PACKAGES_ENABLED: 'True',
			N8N_ENCRYPTION_KEY_FILE: '/run/secrets/key',
			EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
			EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'true',
			EXECUTIONS_DATA_PRUNE: 'false',
		};
		expect(of(env, program)).toMatchObject({
			executionsMode: 'queue',
			admitsPackage: true,
			ownEncryptionKey: true,
			keepsGoodRuns: false,
			savesProgress: true,
			deletesRuns: false,
		});
		const packages = '[{"name":"n8n-nodes-release-gate","version":"0.1.0"}]';
		expect(of({ N8N_COMMUNITY_PACKAGES: packages }, program).admitsPackage).toBe(true);
		expect(of({ N8N_UNVERIFIED_PACKAGES_ENABLED: 'false' }, program).admitsPackage).toBe(false);
	});
});
