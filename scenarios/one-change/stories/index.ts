import { bad } from './bad';
import { good } from './good';
import { hotfix } from './hotfix';
import type { Story } from './story';

export type { Story } from './story';

/** In the order in which they are played in one n8n. */
export const stories: readonly Story[] = [...good, hotfix, ...bad];
