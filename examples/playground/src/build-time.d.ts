/** Put in by the build, from package.json: the version, and the address of the repository or "". */
declare const __VERSION__: string;
declare const __REPOSITORY__: string;
