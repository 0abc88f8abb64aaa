import { expect, test } from '@jest/globals';
import { drillCopyOf, withoutDrillCopies } from '../../../core/delivery/drill-copy';

const names = (...spines: string[]) =>
	withoutDrillCopies(spines.map((spine) => ({ settings: { spine } }))).map(({ settings }) => settings.spine);

test('a drill’s copy of a spine is left out, and a spine that is only called so is not', () => {
	expect(names('mail', drillCopyOf('mail'), 'news')).toEqual(['mail', 'news']);
	expect(names('fire.drill', 'mail')).toEqual(['fire.drill', 'mail']);
	const long = 'a'.repeat(64);
	expect(names(long, drillCopyOf(long))).toEqual([long]);
});
