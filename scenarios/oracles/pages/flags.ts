import type { FlagRun } from '../flags';

/** Flags beside the Unleash client specification. */
export function flagPart(run: FlagRun): string {
	const rows = (onPurpose: boolean): string =>
		run.outside
			.filter((one) => one.onPurpose === onPurpose)
			.map(({ why, cases }) => `| ${why} | ${cases} |`)
			.join('\n');
	return `The public cases of the [Unleash client specification](https://github.com/Unleash/client-specification), version ${run.version},
commit ${run.commit}. Nothing of it is kept here.

| cases | in scope | agree | differences |
| --- | --- | --- | --- |
| ${run.cases} | ${run.inScope} | ${run.inScope - run.differences.length} | ${run.differences.length} |
${run.differences.map((difference) => `\n- ${difference}\n`).join('')}
Different on purpose, and so not counted:

| why | cases |
| --- | --- |
${rows(true)}

What our flags do not have:

| why | cases |
| --- | --- |
${rows(false)}
`;
}
