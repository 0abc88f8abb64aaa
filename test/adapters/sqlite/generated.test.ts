import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(__dirname, '..', '..', '..');

test.each(['sqlite', 'postgres'])('the compiled SQL of %s is current', (store) => {
	const script = `import('${join(root, 'scripts/build-sql.mjs')}').then((m) => process.stdout.write(m.sqlModule('${store}')))`;
	const fresh = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
	expect(readFileSync(join(root, 'adapters', store, 'sql.generated.ts'), 'utf8')).toBe(fresh);
});
