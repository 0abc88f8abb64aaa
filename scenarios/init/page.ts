import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../testbed/n8n/paths';
import { forms } from './forms';
import { goals, type Seen } from './play';
import { readers } from './world';

const block = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;

const record = join(packageRoot, 'docs', 'records', 'init.md');
const begin = '<!-- forms: npm run init:try -- regular, bare, queue -->';
const end = '<!-- end of forms -->';

const runsAs = {
	regular: 'one process',
	bare: 'one process, which installs the package',
	queue: 'queue, one worker',
} as const;

/** The table of every n8n on which it was tried. */
function formsTable(): string {
	const rows = forms().map(
		({ n8n, node, mode, at, seconds, emails, committed, doctor, inside, undone }) =>
			`| ${n8n} | ${node} | ${runsAs[mode]} | ${mode === 'queue' ? 'Postgres' : 'SQLite'} | ${seconds} | ${emails} of ${readers}, ${committed} | ${doctor} | ${inside} | ${undone} | ${at} |`,
	);
	return [
		begin,
		'',
		'| n8n | Node | runs as | ledger | seconds of init | emails of the first slot, committed | doctor | Examine found from inside | --undo | on |',
		'| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
		...rows,
		'',
		end,
	].join('\n');
}

/** Puts the table into the page as it stands. */
export function writeForms(): void {
	const page = readFileSync(record, 'utf8');
	const [before = '', rest = ''] = page.split(begin);
	writeFileSync(record, `${before}${formsTable()}${rest.split(end)[1] ?? ''}`);
}

/** Writes docs/records/init.md from what was seen. */
export function writePage(seen: Seen): void {
	const { first, looked, broken, second, upgraded, undone, planned, bootSeconds } = seen;
	const page = `# From a stock n8n to the first live slot

Written by \`npm run init:try\` on ${seen.at}, with n8n ${seen.n8n}: an empty folder, the package unpacked from its tarball, and
stand-ins behind the vendors' own addresses. What was typed was typed by a program, when it was asked for; the passwords
are fakes and not shown. A person takes longer to fetch the four keys than the machine takes for everything else.

| what | goal | seen |
| --- | --- | --- |
| answers given | at most ${goals.answers} | ${first.answers} |
| seconds of machine time, n8n's first start included | at most ${goals.seconds} | ${first.seconds + bootSeconds} (start ${bootSeconds}, init ${first.seconds}) |
| ids pasted | ${goals.pasted} | ${seen.pasted} |
| workflows in n8n | | ${seen.workflows} |
| emails of the first live slot | one for each of the readers | ${seen.emails} |
| \`doctor\` on it, and with the spine taken out of service | 0, then 1 | ${looked.code}, then ${broken.code} |
| \`init\` again | nothing doubles | exit code ${second.code}, ${second.answers} answers |
| \`upgrade\` of a workflow that somebody changed | both changes in the draft | exit code ${upgraded.code} |
| \`init --undo\` | everything back | exit code ${undone.code} |

![The workflows in n8n afterwards](../images/init/workflows.png)

![The spine, credentials chosen](../images/init/spine.png)

## On other n8n, and in queue mode

\`init\` by its options alone, the first live slot, a look from outside (\`doctor\`) and from inside (*Release: Examine*), and back.

${formsTable()}

On n8n 1.123 \`init\` comes to its end and the slot is sent, and the trial is not passed: forms that ask who is signed in stay out of service,
and \`doctor\` called workflows out of service that this n8n runs: [it does so no more](../guide/doctor.md#on-n8n-1123).

## The terminal

${block(planned.transcript)}
${block(first.transcript)}
${block(looked.transcript)}
${block(broken.transcript)}
${block(second.transcript)}
${block(upgraded.transcript)}
${block(undone.transcript)}`;
	writeFileSync(record, page);
}
