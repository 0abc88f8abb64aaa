import { postgresParser } from '../../adapters/sql/parser';
import { gateError, ReleaseGateError } from '../../core/errors';
import { decisionText } from '../../core/release/decision-text';
import { evidenceOf, type MachineReport } from '../../core/release/machines/report';
import { lintSql } from '../../app/release/lint-sql';
import { overridePolicy, parsePolicy, policyDiff, presetPolicy } from '../../core/release/policy/override';
import { weakenings } from '../../core/release/policy/weaken';
import { presets } from '../../core/release/policy/presets';
import type { Policy } from '../../core/release/policy/schema';
import { parseReleaseFile, type ReleaseFile } from '../../core/release/release-file';
import { isStatement, releaseIn } from '../../core/release/statement';
import { evaluateRelease } from '../../core/release/self-test';
import { readJson, readText, told } from '../files';
import type { AddCommand, Terminal } from '../command';

interface Options {
	readonly policy: string;
	readonly sql?: readonly string[];
	readonly json?: boolean;
	readonly allowOverrides?: boolean;
}

/** `check <release>`: exit code 0 ship, 1 hold, 2 unusable input. */
export const checkCommand: AddCommand = (program, terminal, exit) => {
	program
		.command('check')
		.description('Decide whether a release may ship: every check, with reason and remedy')
		.argument(
			'<release>',
			'release file (JSON): manifest, evidence, approvals, readings; or a statement of Export Statement',
		)
		.requiredOption(
			'--policy <name or file>',
			`one of ${Object.keys(presets).join(', ')}, or a policy file (JSON)`,
		)
		.option('--sql <files...>', 'migration files, in order; their hash is the manifest’s artifacts.sql')
		.option('--allow-overrides', 'let the release file ask for less than the policy; each place is named')
		.option('--json', 'print the decision as JSON')
		.action(async (file: string, options: Options) => exit(await check(file, options, terminal)));
};

async function check(file: string, options: Options, terminal: Terminal): Promise<number> {
	try {
		const document = await readJson(file);
		const release = isStatement(document) ? releaseIn(document) : parseReleaseFile(document);
		const base = Object.hasOwn(presets, options.policy)
			? presetPolicy(options.policy)
			: parsePolicy(await readJson(options.policy));
		const policy = release.overrides ? overridePolicy(base, release.overrides) : base;
		const weaker = weakenings(base, policy);
		const places = weaker.map(({ path, from, to }) => `${path} (${from ?? 'nothing'} -> ${to ?? 'nothing'})`);
		if (weaker.length > 0 && options.allowOverrides !== true) {
			terminal.err(told(gateError('policy-weakened', { count: weaker.length, places: places.join('; ') })));
			return 1;
		}
		const now = Date.now();
		const lint = options.sql ? await lintOf(policy, release, options.sql) : null;
		const seen = lint ? evidenceOf(policy, release.manifest, lint, now) : [];
		const decision = evaluateRelease({
			...release,
			observed: [...release.observed, ...(lint?.observed ?? [])],
			evidence: [...release.evidence, ...seen],
			migrations: { ...release.migrations, migration: lint?.migration ?? null },
			policy,
			policyVersion: 1,
			now,
		});
		const differences = policyDiff(base, policy);
		if (options.json)
			terminal.out(
				`${JSON.stringify({ ...decision, policyDifferences: differences, policyWeakened: places }, null, '\t')}\n`,
			);
		else {
			terminal.out(`${decisionText(decision)}\n`);
			if (differences.length > 0) terminal.out(`\nThe release file changes the policy:\n`);
			for (const { path, from, to } of differences)
				terminal.out(`  ${path}: ${from ?? 'nothing'} -> ${to ?? 'nothing'}\n`);
			for (const place of places) terminal.out(`Weaker than the policy: ${place}\n`);
		}
		return decision.decision === 'ship' ? 0 : 1;
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		terminal.err(told(error));
		return 2;
	}
}

/** What the migration lint says of the files, read as one migration. */
async function lintOf(
	policy: Policy,
	{ manifest }: ReleaseFile,
	files: readonly string[],
): Promise<MachineReport> {
	const sql = (await Promise.all(files.map(readText))).join('\n');
	return await lintSql(policy, manifest, postgresParser, sql);
}
