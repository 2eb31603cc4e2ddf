/** Commands that are no action: what their help says. */

/** What the help of a command says. */
export interface Apart {
  readonly about: string;
  readonly takes: string;
  readonly options: readonly string[];
}

/** Commands with options of their own, by name. */
export const apart: Readonly<Record<string, Apart>> = {
  demo: {
    takes: '[OPTIONS]',
    about: 'Watch a canary, a promotion and a rejection under traffic on a simulated cluster: half a minute, nothing else needed.',
    options: [
      '  --fast',
      '      Takes a few seconds, for machines: fails if a request is lost or a share is more than 3 standard deviations off.',
    ],
  },
  simulate: {
    takes: '[OPTIONS]',
    about: 'Keep a simulated cluster running, to try the actions by hand.',
    options: [
      '  -f, --manifests TEXT',
      '      What runs there, as for deploy. Default: a web application of four pods behind a route.',
      '  --serve[=PORT]',
      '      Answer HTTP requests for its routes, otherwise its Services, as the pods would; uses this port and the next ones, or free ones.',
      '  --port PORT',
      '      Port of the API server. Default: a free one.',
    ],
  },
  lint: {
    takes: '[OPTIONS] FILE ...',
    about: 'Check the files: faults, and advice with the field to set. Needs no cluster.',
    options: [
      '  -f, --manifests TEXT',
      '      Files, directories, globs and URLs, as for deploy; FILE is the same.',
      '  --images TEXT',
      '      Images that a deploy would set: repository:tag, one per line.',
      '  -n, --namespace TEXT',
      '      For objects whose manifest names none.',
      '  --drain TIME (default: 10s)',
      '      Drain time that grace periods are compared with.',
      '  --strict',
      '      Also fail on warnings. Without it, only errors end with exit code 1: what a deploy would refuse.',
      '  -o, --output text|json|sarif|azure (default: text)',
      '      sarif is for GitHub code scanning; azure prints each finding as an issue of the pipeline.',
    ],
  },
  role: {
    takes: '[OPTIONS] FILE ...',
    about:
      'Print the smallest Role that deploy, promote and reject of these files need, as YAML to apply. Bind it to the login of the pipeline.',
    options: [
      '  -f, --manifests TEXT',
      '      Files, directories, globs and URLs, as for deploy; FILE is the same.',
      '  --strategy NAME',
      '      As for deploy. Default: none.',
      '  --traffic-split-method NAME[,NAME]',
      '      As for deploy, except auto, which depends on the cluster. Default: pod.',
      '  -n, --namespace TEXT, --metrics TEXT, --probe TEXT ...',
      '      As for deploy, if they make a difference.',
      '  --kubeconfig TEXT, --context TEXT',
      '      The cluster that knows the names of its resources and its policies. Without one, the Role follows from the files alone.',
    ],
  },
  size: {
    takes: '[OPTIONS] FILE ...',
    about: 'Estimate before any deploy what a soak could detect, from the current requests. Reads only, writes nothing.',
    options: [
      'FILE contains the running Deployment. Its requests are counted for ten seconds. It takes the inputs of deploy; these matter:',
      '  --metrics TEXT',
      '      What would be judged. Default: errors and latency.',
      '  --soak TIME',
      '      How long. Default: 5 minutes.',
      '  --percentage NUMBER',
      '      The share that the running version gives up; a baseline gets half of it (--baseline=false: none). Default: 10.',
      '  -n, --namespace TEXT',
      '      Where it runs.',
    ],
  },
  judge: {
    takes: 'FILE',
    about: 'Judge other data as an analysis would: prints the list in FILE with the result for each entry.',
    options: [
      'FILE is a JSON list. An entry of kind worse or acceptable compares counted requests:',
      '  {"kind": "worse", "canary": [30, 150], "baseline": [0, 150], "margin": 0}',
      'and returns the natural logarithm of the evidence. Entries of the other kinds (classify, confidenceInterval, score, metricPhase ...) return what',
      "Kayenta's judge and the limits of Argo Rollouts give: docs/decisions/0013-judges.md names them all.",
    ],
  },
};
