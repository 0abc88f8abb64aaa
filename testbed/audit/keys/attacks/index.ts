import { ACTS } from './acts';
import { DOUBT } from './doubt';
import { FLOW } from './flow';
import { KEYS } from './keys';
import type { KeyAttack } from './tools';

export type { KeyAttack } from './tools';

/** Unsafe workflows around a key claim, by the classes of the attacks on spines. */
export const KEY_ATTACKS: readonly KeyAttack[] = [...FLOW, ...ACTS, ...KEYS, ...DOUBT];
