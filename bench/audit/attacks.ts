import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTACKS } from '../../testbed/audit/attacks';
import { attackTrial } from '../../testbed/audit/attack-trial';

/** Runs the attacks and writes `docs/records/audit-attacks.md`: `npx tsx bench/audit/attacks.ts`. */
async function main(): Promise<void> {
	const outcomes = await attackTrial(Object.values(ATTACKS).flat());
	const rows = Object.entries(ATTACKS).map(([name, attacks]) => {
		const of = outcomes.filter(({ is }) => is === attacks[0]?.is);
		const ran = of.filter(({ harms }) => harms !== null);
		const harmed = ran.filter(({ harms }) => (harms?.length ?? 0) > 0);
		const proven = of.filter(({ verdict }) => verdict === 'proven');
		const count = (verdict: string): number => of.filter((one) => one.verdict === verdict).length;
		const seen = [...new Set(harmed.flatMap(({ harms }) => harms ?? []))].join(', ');
		return `| ${name} | ${of.length} | ${count('violated')} | ${count('partly') + count('nothing to prove')} | ${proven.length} | ${ran.length} | ${harmed.length} | ${seen} |`;
	});
	const missed = outcomes.filter(({ harms, verdict }) => verdict === 'proven' && (harms?.length ?? 0) > 0);
	const page = [
		'# Attacks on the workflow audit',
		'',
		'Written by `npx tsx bench/audit/attacks.ts`; nothing on this page is typed by hand.',
		'',
		"Unsafe workflows of sixteen classes (`testbed/audit/attacks/`), the audit's answer to each, and what they did. Those",
		"that need no vendor's account were run in n8n-core with our nodes on a real ledger, in two worlds, judged from outside: by",
		'mails received, values in HubSpot and rows of the ledger. Attacks that did nothing there need another world to do harm.',
		'',
		'| class | attacks | violated | partly or nothing to prove | proven | run | did harm | what was seen |',
		'| --- | --- | --- | --- | --- | --- | --- | --- |',
		...rows,
		'',
		`${outcomes.length} attacks, ${outcomes.filter(({ harms }) => harms !== null).length} run. Harmful and proven: ${missed.length}.`,
		'',
	].join('\n');
	writeFileSync(join(__dirname, '../../docs/records/audit-attacks.md'), page);
	console.log(page);
	for (const { is, does, harms } of outcomes)
		if (harms?.length === 0) console.log(`no harm seen: ${is} ${does}`);
	process.exitCode = missed.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 2;
});
