import type { Check } from '../finding';

const version = (text: string): readonly number[] => text.split('.').map(Number);
const atLeast = (text: string, ...least: readonly number[]): boolean => {
	const found = version(text);
	for (const [at, wanted] of least.entries())
		if ((found[at] ?? 0) !== wanted) return (found[at] ?? 0) > wanted;
	return true;
};

/** The process n8n runs in, where it is n8n that asks. */
export const hostChecks: readonly Check[] = [
	{
		id: 'n8n-too-old',
		looks: 'the version of n8n',
		level: 'trouble',
		mend: 'Upgrade n8n to 1.123 or later.',
		sight: 'process',
		find: ({ host }) =>
			host === null || host.n8n === null || atLeast(host.n8n, 1, 123)
				? []
				: [{ where: 'n8n', sentence: `n8n ${host.n8n} is older than 1.123, the oldest that was tried.` }],
	},
	{
		id: 'node-too-old',
		looks: 'the version of Node',
		level: 'trouble',
		mend: 'Run n8n on Node 22.16 or later, or keep the ledger in Postgres.',
		sight: 'process',
		find: ({ host }) =>
			host === null || host.store !== 'sqlite' || atLeast(host.node, 22, 16)
				? []
				: [{ where: 'n8n', sentence: `Node ${host.node} has no SQLite that the ledger can use.` }],
	},
	{
		id: 'sqlite-in-queue-mode',
		looks: 'a ledger that all processes share',
		level: 'trouble',
		mend: 'Make a Release Gate Ledger credential (Postgres) and choose it on every node of this package.',
		sight: 'process',
		find: ({ host }) =>
			host?.executionsMode === 'queue' && host.store === 'sqlite'
				? [
						{
							where: 'n8n',
							sentence: 'n8n runs in queue mode, and the ledger is a SQLite file of one process.',
						},
					]
				: [],
	},
	{
		id: 'package-not-admitted',
		looks: 'n8n 3 loads the package',
		level: 'trouble',
		mend: 'Set N8N_UNVERIFIED_PACKAGES_ENABLED=true on every main and worker.',
		sight: 'process',
		find: ({ host }) =>
			host === null || host.n8n === null || !atLeast(host.n8n, 3) || host.admitsPackage
				? []
				: [{ where: 'n8n', sentence: `n8n ${host.n8n} will not load this package at its next start.` }],
	},
	{
		id: 'encryption-key-made-up',
		looks: 'the key that encrypts credentials is kept outside',
		level: 'advice',
		mend: 'Set N8N_ENCRYPTION_KEY, on every main and worker the same, and keep it.',
		sight: 'process',
		find: ({ host }) =>
			host === null || host.ownEncryptionKey
				? []
				: [
						{
							where: 'n8n',
							sentence:
								'The key that encrypts credentials lies only in the folder of n8n: with the folder all credentials are lost.',
						},
					],
	},
	{
		id: 'runs-never-deleted',
		looks: 'n8n deletes what it kept of runs',
		level: 'advice',
		mend: 'Unset EXECUTIONS_DATA_PRUNE, on every main and worker, or delete old executions in another way.',
		sight: 'process',
		find: ({ host }) =>
			host === null || host.deletesRuns
				? []
				: [
						{
							where: 'n8n',
							sentence: 'n8n deletes nothing of what it keeps of runs: its database only grows.',
						},
					],
	},
];
