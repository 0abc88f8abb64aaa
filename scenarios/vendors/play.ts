import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Row, Undo } from './rows';

const root = join(__dirname, '..', '..');

/** A copy of the tree in which a mend can be taken out. */
export interface Copy {
	readonly folder: string;
	remove(): void;
}

/** Copies what git knows of the tree, as it stands now. */
export function copyTree(): Copy {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-vendors-'));
	const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
		cwd: root,
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024,
	}).stdout;
	for (const file of listed.split('\0').filter((name) => /\.(ts|m?js|cjs|json|md)$/.test(name))) {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		cpSync(join(root, file), join(folder, file));
	}
	symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

interface Node {
	readonly name: string;
	parameters: Record<string, unknown>;
}

const inTexts = (value: unknown, change: (text: string) => string): unknown =>
	typeof value === 'string'
		? change(value)
		: Array.isArray(value)
			? value.map((entry) => inTexts(entry, change))
			: typeof value === 'object' && value !== null
				? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, inTexts(entry, change)]))
				: value;

/** The file with the mend taken out. Throws where there is nothing to take out: then the row is stale. */
export function undone(text: string, undo: Undo): string {
	if (!('node' in undo)) {
		if (!text.includes(undo.from)) throw new Error(`${undo.file} has no '${undo.from}'`);
		return text.replace(undo.from, () => undo.to);
	}
	const template = JSON.parse(text) as { nodes: Node[] };
	const node = template.nodes.find(({ name }) => name === undo.node);
	if (!node) throw new Error(`${undo.file} has no node '${undo.node}'`);
	const before = JSON.stringify(node.parameters);
	if ('firstPage' in undo) delete (node.parameters['options'] as Record<string, unknown>)['pagination'];
	else
		node.parameters = inTexts(node.parameters, (value) =>
			value.replaceAll(undo.from, () => undo.to),
		) as never;
	if (JSON.stringify(node.parameters) === before)
		throw new Error(`${undo.file}: nothing to take out of '${undo.node}'`);
	return JSON.stringify(template, null, '\t');
}

interface Told {
	readonly fullName: string;
	readonly status: string;
	readonly failureMessages: readonly string[];
}

/** Runs tests of one file whose full name fits; gives what jest says of each. */
export async function runTests(folder: string, file: string, pattern: string): Promise<readonly Told[]> {
	const out = join(folder, 'told.json');
	rmSync(out, { force: true });
	const child = spawn(
		process.execPath,
		[
			...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
			join(root, 'node_modules/jest/bin/jest.js'),
			...['--rootDir', folder, '--maxWorkers=1', '--forceExit', '--testTimeout=180000'],
			...['--json', `--outputFile=${out}`],
			...['--testNamePattern', pattern, '--runTestsByPath', join(folder, file)],
		],
		{ cwd: folder, stdio: 'ignore', timeout: 900_000 },
	);
	await once(child, 'exit');
	const { testResults } = JSON.parse(readFileSync(out, 'utf8')) as {
		testResults: readonly { assertionResults: readonly Told[] }[];
	};
	return testResults
		.flatMap(({ assertionResults }) => assertionResults)
		.filter(({ status }) => status === 'passed' || status === 'failed');
}

/** What was found of one row. */
export interface Found {
	/** What the test says with the mend taken out. */
	readonly without: string;
	/** Full names of the tests that pass with it. */
	readonly passing: readonly string[];
}

/** The message in one line, without colours, code and places. */
export function inOneLine(message: string): string {
	const plain = message.replace(/\u001b\[[0-9;]*m/g, '').split(/\n\s+at /)[0] ?? '';
	const lines = plain
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '' && !/^(Array \[|\]|[-+] (Expected|Received)\s+[-+] +\d+)/.test(line));
	const text = lines
		.join(' ')
		.replace(/\s+/g, ' ')
		.replace(/127\.0\.0\.1:\d+/g, 'the stand-in');
	return text.length > 300 ? `${text.slice(0, 297)}…` : text;
}

const failedOf = (told: readonly Told[]) => told.filter(({ status }) => status === 'failed');

/** What the test of a row says with the mend taken out. Throws where it does not fail: then it proves nothing. */
export async function withoutMend(copy: Copy, { id, test: [file, pattern], undo }: Row): Promise<string> {
	const path = join(copy.folder, undo.file);
	const text = readFileSync(path, 'utf8');
	try {
		writeFileSync(path, undone(text, undo));
		const [first] = failedOf(await runTests(copy.folder, file, pattern));
		if (!first) throw new Error(`${id}: '${pattern}' does not fail without its mend`);
		const message = inOneLine(first.failureMessages[0] ?? '');
		// A test that ran out of time, or never began, on a busy machine says nothing about the mend.
		if (/Exceeded timeout of|SandboxProblem/.test(message))
			throw new Error(`${id}: '${pattern}' ran out of time, or did not begin: ${message}`);
		return message;
	} finally {
		writeFileSync(path, text);
	}
}

/** Full names of the tests of a row that pass as the tree is, from what jest says of its file. */
export function passingOf({ id, test: [, pattern] }: Row, told: readonly Told[]): readonly string[] {
	const own = told.filter(({ fullName }) => new RegExp(pattern, 'i').test(fullName));
	const [failed] = failedOf(own);
	if (own.length === 0 || failed)
		throw new Error(
			`${id}: '${pattern}' does not pass: ${inOneLine(failed?.failureMessages[0] ?? 'no such test')}`,
		);
	return own.map(({ fullName }) => fullName);
}
