// The last lines of CI: each step that was not ok, said once more, and the counts of all that ran. Reads .cache of the folder it
// is started in; CRASH and SCALE are the exit codes of the crash harness and of the run over many contacts.
import { existsSync, readFileSync } from 'node:fs';

/** What a file says; empty where nobody wrote it. */
const said = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** jest's own report. What never got as far as a report has failed as a whole; so has a file that could not be run. */
function tests() {
	const report = said('.cache/jest.json');
	if (report === '') return { passed: 0, failed: 1, skipped: 0 };
	const jest = JSON.parse(report);
	const unread = (jest.testResults ?? []).filter(
		(file) => file.status === 'failed' && file.assertionResults.length === 0,
	);
	return {
		passed: jest.numPassedTests,
		failed: jest.numFailedTests + unread.length,
		skipped: jest.numPendingTests + jest.numTodoTests,
	};
}

/** The kills of the crash harness, one line each. */
function kills(code) {
	const all = said('.cache/crash.log').match(/^ *\d+  (?:ok|BROKEN) /gm) ?? [];
	const survived = all.filter((line) => line.includes('ok')).length;
	return { passed: survived, failed: code === '0' ? 0 : Math.max(1, all.length - survived) };
}

/** One run over many contacts: exact, or not; an exit code of 0 without that sentence says nothing. */
function contacts(code) {
	const exact =
		code === '0' &&
		/^\d+ mails to \d+ of \d+ contacts, 1 at most to one: exact\.$/m.test(said('.cache/scale.log'));
	return exact ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

const own = tests();
const steps = (said('.cache/test.log').match(/^NOT OK .*$/gm) ?? []).filter(
	(line) => own.failed === 0 || !line.startsWith('NOT OK  jest'),
);
for (const line of steps) console.log(line);
const killed = kills(process.env.CRASH);
const served = contacts(process.env.SCALE);
console.log(served.failed === 0 ? 'ok  5,000 contacts exact' : 'NOT OK  5,000 contacts exact');
const passed = own.passed + killed.passed + served.passed;
const failed = own.failed + steps.length + killed.failed + served.failed;
console.log(`${passed} passed, ${failed} failed, ${own.skipped} skipped`);
