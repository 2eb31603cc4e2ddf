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
      '      In a few seconds, for a machine: fails when a request is lost or a share is more than 3 standard deviations off.',
    ],
  },
  simulate: {
    takes: '[OPTIONS]',
    about: 'Leave a simulated cluster running, to play with the actions by hand.',
    options: [
      '  -f, --manifests TEXT',
      '      What runs there, as for deploy. Not given: a web application of four pods behind a route.',
      '  --serve[=PORT]',
      '      Answer HTTP requests for its routes, else its Services, as the pods would, from this port on or on free ones.',
      '  --port PORT',
      "      The API server's. Not given: a free one.",
    ],
  },
  lint: {
    takes: '[OPTIONS] FILE ...',
    about: 'Say what the files alone tell: faults, and advice with the field to set. Needs no cluster.',
    options: [
      '  -f, --manifests TEXT',
      '      Files, directories, globs and URLs, as for deploy; FILE is the same.',
      '  --images TEXT',
      '      Images that a deploy would put in: repository:tag, one per line.',
      '  -n, --namespace TEXT',
      '      For objects whose manifest names none.',
      '  --drain TIME (default: 10s)',
      '      What a grace period is compared with.',
      '  --strict',
      '      Fail for warnings too. Without it only errors end with exit code 1: what a deploy would refuse.',
      '  -o, --output text|json|sarif|azure (default: text)',
      "      sarif is for GitHub's code scanning, azure prints an issue of the pipeline for each finding.",
    ],
  },
  role: {
    takes: '[OPTIONS] FILE ...',
    about:
      'Print the least Role that deploy, promote and reject of these files need, as YAML to apply. Bind it to the login of the pipeline.',
    options: [
      '  -f, --manifests TEXT',
      '      Files, directories, globs and URLs, as for deploy; FILE is the same.',
      '  --strategy NAME',
      '      As for deploy. Not given: none.',
      '  --traffic-split-method NAME[,NAME]',
      '      As for deploy; auto is not known before it has looked. Not given: pod.',
      '  -n, --namespace TEXT, --metrics TEXT, --probe TEXT ...',
      '      As for deploy, where they make a difference.',
      '  --kubeconfig TEXT, --context TEXT',
      '      The cluster that says how its kinds are spelled and which policies it has. Without one the Role is made by the files alone.',
    ],
  },
  size: {
    takes: '[OPTIONS] FILE ...',
    about: 'Say what a soak could find, from the requests that are answered now: before any deploy. Reads, writes nothing.',
    options: [
      'FILE holds the Deployment as it runs. Ten seconds of its requests are counted. It takes the inputs of deploy; these matter:',
      '  --metrics TEXT',
      '      What would be judged. Not given: errors and latency.',
      '  --soak TIME',
      '      How long. Not given: 5 minutes.',
      '  --percentage NUMBER',
      '      The share that is given up; a baseline gets half of it (--baseline=false: none). Not given: 10.',
      '  -n, --namespace TEXT',
      '      Where it runs.',
    ],
  },
  judge: {
    takes: 'FILE',
    about: 'Judge other data as an analysis would: the list in FILE is printed with what the judge got of each entry.',
    options: [
      'FILE is a JSON list. An entry of kind worse or acceptable compares counted requests:',
      '  {"kind": "worse", "canary": [30, 150], "baseline": [0, 150], "margin": 0}',
      'and gets the natural logarithm of the evidence. Entries of the other kinds (classify, confidenceInterval, score, metricPhase ...) get what',
      "Kayenta's judge and the limits of Argo Rollouts give: docs/decisions/0013-judges.md names them all.",
    ],
  },
};
