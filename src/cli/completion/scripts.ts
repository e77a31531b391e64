import bash from "./opm.bash" with { type: "text" };
import fish from "./opm.fish" with { type: "text" };
import zsh from "./opm.zsh" with { type: "text" };

/**
 * What to load into each shell. All ask `opm complete -- WORD...`, whose lines are `value<TAB>description`, or `:files` or
 * `:folders` where the shell knows better. None needs anything but the shell itself.
 */
export const COMPLETION_SCRIPTS = { bash, fish, zsh };
