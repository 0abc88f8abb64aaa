import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../testbed/engine/n8n';
import { type GitHubAdmin, sandboxGitHubToken, startGitHub } from '../../testbed/standins/github';
import type { StandIn } from '../../testbed/standins/shared/server';
import { readTemplate } from './template';

const template = readTemplate('read-documents.json');
let github: StandIn<GitHubAdmin>;

beforeAll(async () => {
	github = await startGitHub();
	const { files } = github.admin.repository;
	files.set('docs/runbook.md', '# Runbook\n\nPäge the on-call engineer.\n');
	files.set('docs/play book.md', '# Playbook\n');
	files.set('docs/empty.md', '');
	files.set('docs/large.md', 'x'.repeat(1_048_577));
});
afterAll(async () => await github.close());

const at = (path: string, branch = 'main'): string => `https://github.com/acme/docs/blob/${branch}/${path}`;
const hashOf = (path: string): string =>
	createHash('sha256')
		.update(github.admin.repository.files.get(path) ?? '')
		.digest('hex');

const read = async (documents: string, accessToken = sandboxGitHubToken): Promise<unknown> => {
	const run = await runWorkflow(template as never, {
		triggerItems: [{ documents }],
		credentials: { githubApi: { server: github.url, user: 'docs', accessToken } },
	});
	expect(run.error).toBeUndefined();
	const [last] = ['Set What Was Read', 'Set Nothing Read'].filter((name) => run.items(name, 0).length > 0);
	return run.json(last ?? '', 0)[0]?.read;
};

describe('read-documents.json', () => {
	it('gives the SHA-256 of each file in a repository, and leaves other links to people', async () => {
		const said = [
			`Runbook: ${at('docs/runbook.md')}`,
			'The others speak of nothing that changes.',
			'architecture: https://wiki.example.com/architecture',
			`playbooks: ${at('docs/play%20book.md')}?plain=1#top`,
			`again: ${at('docs/runbook.md')}`,
		].join('\n');
		expect(await read(said)).toEqual([
			{ link: at('docs/runbook.md'), sha256: hashOf('docs/runbook.md') },
			{ link: `${at('docs/play%20book.md')}?plain=1#top`, sha256: hashOf('docs/play book.md') },
		]);
	});

	it.each([
		['is not there', at('docs/none.md')],
		['stands on a branch that is not there', at('docs/runbook.md', 'none')],
	])('says of a file that %s what GitHub says, and reads the others', async (_why, link) => {
		expect(await read(`runbook: ${link}\nplaybooks: ${at('docs/play%20book.md')}`)).toEqual([
			{ link, error: expect.stringContaining('could not be found') },
			{ link: at('docs/play%20book.md'), sha256: hashOf('docs/play book.md') },
		]);
	});

	it.each(['docs/empty.md', 'docs/large.md'])('takes no hash of nothing for one of %s', async (path) => {
		expect(await read(`runbook: ${at(path)}`)).toEqual([
			{ link: at(path), error: expect.stringContaining('larger than the 1 MB') },
		]);
	});

	it('says when the credential is refused', async () => {
		expect(await read(`runbook: ${at('docs/runbook.md')}`, 'wrong')).toEqual([
			{ link: at('docs/runbook.md'), error: expect.any(String) },
		]);
	});

	it.each([
		['', 'nothing'],
		['None of them speaks of it.', 'words'],
		['runbook: https://gitlab.example.com/a/b/blob/main/c.md', 'a link elsewhere'],
		['runbook: https://github.com.example.com/a/b/blob/main/c.md', 'a host that only begins so'],
		['runbook: https://github.com/acme/docs', 'a repository and no file'],
	])('asks nobody of %j (%s)', async (text) => {
		const before = github.admin.calls().length;
		expect(await read(text)).toEqual([]);
		expect(github.admin.calls()).toHaveLength(before);
	});
});
