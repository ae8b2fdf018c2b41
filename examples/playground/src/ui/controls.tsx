// Controls for the fields of a table: native ones, so that keyboard, screen reader and phone know them.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { ChoiceField, Field, Fields, FlagField, NumberField, Settings } from "../settings/fields.js";

interface ControlProps<F, V> {
  readonly field: F;
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly disabled?: boolean;
}

/** The controls of some fields of a table, one below the other. */
export function FieldControls<F extends Fields>(props: {
  readonly fields: F;
  readonly names: readonly (keyof F & string)[];
  readonly settings: Settings<F>;
  readonly onChange: (changes: Partial<Settings<F>>) => void;
  readonly disabled?: (name: keyof F & string) => boolean;
}) {
  const { names, disabled, ...common } = props;
  return (
    <div class="fields">
      {names.map((name) => (
        <FieldControl key={name} name={name} {...common} disabled={disabled?.(name) ?? false} />
      ))}
    </div>
  );
}

/** The control that a field wants. */
function FieldControl<F extends Fields>(props: {
  readonly fields: F;
  readonly name: keyof F & string;
  readonly settings: Settings<F>;
  readonly onChange: (changes: Partial<Settings<F>>) => void;
  readonly disabled?: boolean;
}) {
  const { fields, name, settings, onChange, disabled = false } = props;
  const field = fields[name] as Field;
  const change = (value: unknown) => onChange({ [name]: value } as Partial<Settings<F>>);
  const common = { onChange: change, disabled };
  if (field.kind === "number" && field.typed) {
    return <Entry field={field} value={settings[name] as number} {...common} />;
  }
  if (field.kind === "number") return <Slider field={field} value={settings[name] as number} {...common} />;
  if (field.kind === "choice") return <Select field={field} value={settings[name] as string} {...common} />;
  if (field.kind === "flag") return <Switch field={field} value={settings[name] as boolean} {...common} />;
  return null;
}

/** A slider over even steps, or over the stops of the field. A value between the stops is shown as it is. */
function Slider({ field, value, onChange, disabled }: ControlProps<NumberField, number>) {
  const id = useId();
  const { stops, label, hint, min, max, step } = field;
  const at = stops ? nearest(stops, value) : value;
  const read = (text: string) => (stops ? (stops[Number(text)] as number) : Number(text));
  return (
    <div class="field slider">
      <label for={id}>{label}</label>
      <output for={id}>{shown(value, step)}</output>
      <input
        id={id}
        type="range"
        min={stops ? 0 : min}
        max={stops ? stops.length - 1 : max}
        step={stops ? 1 : step}
        value={at}
        disabled={disabled}
        aria-valuetext={shown(value, step)}
        aria-describedby={hint && `${id}-hint`}
        onInput={({ currentTarget }) => onChange(read(currentTarget.value))}
      />
      <Hint id={id} text={hint} />
    </div>
  );
}

/** One line for those who do not know the word, always in sight: what shows on pointing is not seen on a phone. */
function Hint({ id, text }: { readonly id: string; readonly text: string | undefined }) {
  return text ? (
    <small class="hint" id={`${id}-hint`}>
      {text}
    </small>
  ) : null;
}

/** A number that is typed, or drawn by lot. */
function Entry({ field, value, onChange, disabled }: ControlProps<NumberField, number>) {
  const id = useId();
  const { label, hint, min, max } = field;
  const bounded = (number: number) => Math.max(min, Math.min(max, Math.round(number)));
  return (
    <div class="field entry">
      <label for={id}>{label}</label>
      <span class="stepper">
        <button
          type="button"
          aria-label={`${label} before`}
          disabled={disabled || value <= min}
          onClick={() => onChange(bounded(value - 1))}
        >
          −
        </button>
        <input
          id={id}
          type="number"
          min={min}
          max={max}
          value={value}
          disabled={disabled}
          aria-describedby={hint && `${id}-hint`}
          onChange={({ currentTarget }) => {
            const typed = currentTarget.value.trim() === "" ? Number.NaN : Number(currentTarget.value);
            const next = Number.isFinite(typed) ? bounded(typed) : value;
            // What was refused must not stay in the field.
            currentTarget.value = String(next);
            onChange(next);
          }}
        />
        <button
          type="button"
          aria-label={`${label} after`}
          disabled={disabled || value >= max}
          onClick={() => onChange(bounded(value + 1))}
        >
          +
        </button>
        <button
          type="button"
          class="any"
          disabled={disabled}
          onClick={() => onChange(min + Math.floor(Math.random() * (max - min + 1)))}
        >
          Any
        </button>
      </span>
      <Hint id={id} text={hint} />
    </div>
  );
}

function Select({ field, value, onChange, disabled }: ControlProps<ChoiceField, string>) {
  const id = useId();
  return (
    <div class="field select">
      <label for={id}>{field.label}</label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={field.hint && `${id}-hint`}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {Object.entries(field.options).map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
      <Hint id={id} text={field.hint} />
    </div>
  );
}

function Switch({ field, value, onChange, disabled }: ControlProps<FlagField, boolean>) {
  const id = useId();
  return (
    <div class="field switch">
      <label for={id}>{field.label}</label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={value}
        aria-checked={value}
        disabled={disabled}
        aria-describedby={field.hint && `${id}-hint`}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      <Hint id={id} text={field.hint} />
    </div>
  );
}

/** One of a few, all in sight. */
export function Segments<T extends string | number>(props: {
  readonly label: string;
  readonly options: readonly (readonly [value: T, name: ComponentChildren])[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** Options of equal width, with pictures. */
  readonly tiles?: boolean;
}) {
  const { label, options, value, onChange, tiles = false } = props;
  const name = useId();
  return (
    <fieldset class={tiles ? "choices tiles" : "choices segments"}>
      <legend class="hidden">{label}</legend>
      {options.map(([option, shownName]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
          <span>{shownName}</span>
        </label>
      ))}
    </fieldset>
  );
}

function nearest(stops: readonly number[], value: number): number {
  const distance = (stop: number) => Math.abs(Math.log((stop + 1e-7) / (value + 1e-7)));
  return stops.reduce((best, stop, i) => (distance(stop) < distance(stops[best] as number) ? i : best), 0);
}

function shown(value: number, step: number): string {
  if (value !== 0 && value < 0.001) return value.toExponential().replace("e-", "e−");
  return String(Number(value.toFixed(Math.max(0, -Math.floor(Math.log10(step))))));
}
