// In place of the module that reads the running files: a page cannot, and was told when it was built.

import { BUILD } from '../build.ts';

export const CODE_DIGEST = BUILD.digest;
