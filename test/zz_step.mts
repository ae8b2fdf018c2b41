import { init, sequential, dense, RandomStream } from "../src/index.js";
import fs from "node:fs";
const pm=new WebAssembly.Memory({initial:256});
const pk=new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync('/tmp/probe.wasm')),{env:{memory:pm,abort(){}}}).exports as any;
const r=new RandomStream(1,1);
const X=Float32Array.from({length:50*784},()=>r.uniform()), Y=Int32Array.from({length:50},()=>r.below(10));
const make=async(build:any,opt:any)=>{const engine=await init({build});
 const m=sequential([dense({units:300,activation:"relu"}),dense({units:100,activation:"relu"}),dense({units:10})],{inputShape:[784],engine});
 m.compile({optimizer:opt,loss:"sparseCategoricalCrossentropy"});
 const upd=m.graph.nodes.find(n=>"update" in n.op)!; const lab=m.graph.node("labels");
 const e=m.session.prepare({fetches:[upd],feeds:[m.input,lab],batch:50});
 return ()=>{e.input(m.input).set(X);e.input(lab).set(Y);e.run();};};
const tests:Record<string,[()=>void,number,number]>={peak:[()=>{pk.peak3(20000)},20000*96,1]};
for(const b of (process.argv[2]??"simd").split(",")) for (const o of ["sgd","adam"]) tests[b+" "+o]=[await make(b,o),56.3e6,1];
const best:Record<string,number[]>={};
for(let i=0;i<+(process.argv[3]??300);i++)for(const[n,[f,fl]]of Object.entries(tests)){const t=performance.now();f();(best[n]??=[]).push(fl/(performance.now()-t)/1e6);}
const q=(s:number[],f:number)=>s[Math.min(s.length-1,Math.floor(s.length*f))]!;
for(const n in best)best[n]!.sort((a,b)=>a-b);
for(const n in best){const s=best[n]!;console.log(n.padEnd(14),'median',q(s,.5).toFixed(1),'p90',q(s,.9).toFixed(1),'max',s.at(-1)!.toFixed(1),'p90/peak',(100*q(s,.9)/q(best.peak!,.9)).toFixed(0)+'%','ms(p90)',(tests[n]![1]/q(s,.9)/1e6).toFixed(3));}
