import { randomBytes } from 'node:crypto';
import { Client, type QueryResult } from 'pg';
import type { SqlParser } from '../../app/ports/sql-parser';
import { lintMigration, migrationVerdict } from '../../core/release/sql/lint';
import { attacks } from './attacks';
import { migrations } from './migrations';
import { reads, schema, statements } from './world';

/** What became of one migration: what the lint said before, and what PostgreSQL did. */
export interface Effect {
	readonly sql: string;
	readonly verdict: 'pass' | 'fail' | 'unknown';
	readonly grounds: string;
	/** PostgreSQL's own refusal; the migration then changes nothing. */
	readonly refused: string | null;
	/** What was lost or broke for the old version, one sentence each. */
	readonly harm: readonly string[];
}

/** Counts of a suite, as the issue asks for them. */
export interface EffectCounts {
	readonly ran: number;
	readonly harmful: number;
	readonly harmless: number;
	/** Harmful and let pass. */
	readonly silent: readonly Effect[];
	/** Harmless and refused as harmful. */
	readonly falselyRefused: readonly Effect[];
	/** Harmless and held as not known. */
	readonly held: readonly Effect[];
}

type Row = Readonly<Record<string, unknown>>;

const reset = async (client: Client, oldRole: string): Promise<void> => {
	await client.query('ROLLBACK');
	await client.query('DISCARD ALL');
	const schemas = ['public', 'a', 'reporting', 'old_things', oldRole].join(', ');
	await client.query(
		`DROP SCHEMA IF EXISTS ${schemas} CASCADE; DROP PUBLICATION IF EXISTS told; CREATE SCHEMA public; ${schema(oldRole)}`,
	);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What the old version sees when it reads everything; an error where it can no longer read. */
async function seen(client: Client): Promise<ReadonlyMap<string, readonly string[] | Error>> {
	const found = new Map<string, readonly string[] | Error>();
	for (const [name, sql] of Object.entries(reads)) {
		try {
			found.set(
				name,
				(await client.query<Row>(sql)).rows.map((row) => JSON.stringify(row)),
			);
		} catch (error) {
			found.set(name, new Error(messageOf(error)));
		}
	}
	return found;
}

/** What the old version's own statements come to, each taken back afterwards. */
async function done(client: Client): Promise<readonly string[]> {
	const answers: string[] = [];
	for (const steps of statements) {
		try {
			const results: unknown = await client.query(['BEGIN', ...steps].join(';\n'));
			answers.push(JSON.stringify((results as readonly QueryResult[]).at(-1)?.rows));
		} catch (error) {
			answers.push(`refused: ${messageOf(error)}`);
		} finally {
			await client.query('ROLLBACK');
		}
	}
	return answers;
}

/** Looks with the rights of the old version. */
async function asOld<Found>(
	client: Client,
	oldRole: string,
	look: (client: Client) => Promise<Found>,
): Promise<Found> {
	await client.query(`SET ROLE ${oldRole}`);
	try {
		return await look(client);
	} finally {
		await client.query('RESET ROLE');
	}
}

/** Runs every migration on a fresh world and looks at what the old version has lost. Needs a database of its own. */
export async function sqlEffects(
	url: string,
	parser: SqlParser,
	suite: readonly string[] = [...migrations, ...attacks],
): Promise<readonly Effect[]> {
	// A world is thrown away at once, so nothing has to reach the disk; what a migration says aloud is of no interest.
	const client = new Client({
		connectionString: url,
		options: '-c synchronous_commit=off -c client_min_messages=error',
	});
	client.on('error', () => undefined);
	await client.connect();
	// Roles belong to the whole server: this one is nobody else's, and goes again.
	const oldRole = `rg_old_${randomBytes(6).toString('hex')}`;
	await client.query(`CREATE ROLE ${oldRole}`);
	try {
		const effects: Effect[] = [];
		await reset(client, oldRole);
		const [before, worked] = [await asOld(client, oldRole, seen), await asOld(client, oldRole, done)];
		for (const sql of suite) {
			await reset(client, oldRole);
			// A migration may name the role of the old version.
			const parsed = await parser.parse(sql.replaceAll('old_version', oldRole));
			const { status, grounds } = migrationVerdict(lintMigration(parsed));
			let refused: string | null = null;
			try {
				for (const { text } of parsed) await client.query(text);
			} catch (error) {
				refused = messageOf(error);
			}
			// The old version runs in sessions of its own.
			await client.query('ROLLBACK');
			await client.query('DISCARD ALL');
			const harm: string[] = [];
			const after = await asOld(client, oldRole, seen);
			for (const [name, rows] of before) {
				const now = after.get(name);
				if (now instanceof Error) harm.push(`${name} cannot be read: ${now.message}`);
				else if (!(rows instanceof Error)) {
					const there = new Set(now);
					const lost = rows.filter((row) => !there.has(row)).length;
					if (lost > 0) harm.push(`${lost} rows of ${name} are gone or changed`);
				}
			}
			(await asOld(client, oldRole, done)).forEach((answer, at) => {
				if (answer !== worked[at] && !grew(name(at), worked[at] ?? '', answer))
					harm.push(`${name(at)} -> ${answer.slice(0, 120)}`);
			});
			effects.push({ sql, verdict: status, grounds, refused, harm });
		}
		return effects;
	} finally {
		await client.query('ROLLBACK');
		await client.query('DISCARD ALL');
		await client.query(`DROP OWNED BY ${oldRole}`);
		await client.query(`DROP ROLE ${oldRole}`);
		await client.end();
	}
}

const name = (at: number): string => statements[at]?.at(-1) ?? '';

/** A count that is higher because the migration itself added rows is no harm. */
const grew = (question: string, before: string, after: string): boolean => {
	const number = (text: string): number =>
		Number(/^\[\{"(?:count|users)":"?(\d+)"?\}\]$/.exec(text)?.[1] ?? Number.NaN);
	return /count\(|FROM totals/.test(question) && !/WHERE/.test(question) && number(after) > number(before);
};

/** Sums a suite up. A migration that PostgreSQL itself refused is left out. */
export function countEffects(effects: readonly Effect[]): EffectCounts {
	const ran = effects.filter(({ refused, harm }) => refused === null || harm.length > 0);
	const harmful = ran.filter(({ harm }) => harm.length > 0);
	const harmless = ran.filter(({ harm }) => harm.length === 0);
	return {
		ran: ran.length,
		harmful: harmful.length,
		harmless: harmless.length,
		silent: harmful.filter(({ verdict }) => verdict === 'pass'),
		falselyRefused: harmless.filter(({ verdict }) => verdict === 'fail'),
		held: harmless.filter(({ verdict }) => verdict === 'unknown'),
	};
}
