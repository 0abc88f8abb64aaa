import { definitions } from './definitions';
import { flags } from './flags';
import { settings } from './settings';
import { values } from './values';
import { workflows } from './workflows';

/** Every kind of thing a release changes, in the order of a restore: flags off first, definitions before values. */
export const kinds = [flags, workflows, settings, definitions, values] as const;

/** The same in the order of an apply. */
export const kindsInOrder = [...kinds].sort((a, b) => a.order - b.order);
