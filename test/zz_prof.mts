import { init, sequential, dense, RandomStream } from "../src/index.js";
const r=new RandomStream(1,1);
const X=Float32Array.from({length:50*784},()=>r.uniform()), Y=Int32Array.from({length:50},()=>r.below(10));
const engine=await init({build:(process.argv[2]??"simd") as any});
const acc=new Map<string,number[]>();let on=false;
const inst=engine.instantiate.bind(engine);
(engine as any).instantiate=(p:number)=>{const {kernels,memory}=inst(p);const w:any={};for(const[k,f]of Object.entries(kernels as any)){w[k]=typeof f!=="function"?f:(...a:any[])=>{const t=performance.now();const v=(f as any)(...a);if(on){const key=k==="gemm"?`gemm ${a[0]}x${a[1]}x${a[2]} ${a[4]===1?"t":"n"}${a[7]===1?"t":"n"}`:k+" "+(a[a.length-1]>1e5?"":"")+acc_i++;let l=acc.get(key);if(!l)acc.set(key,l=[]);l.push(performance.now()-t)}return v}}return{kernels:w,memory}};
let acc_i=0;
const m=sequential([dense({units:300,activation:"relu"}),dense({units:100,activation:"relu"}),dense({units:10})],{inputShape:[784],engine});
m.compile({optimizer:(process.argv[3]??"sgd") as any,loss:"sparseCategoricalCrossentropy"});
const upd=m.graph.nodes.find(n=>"update" in n.op)!; const lab=m.graph.node("labels");
const e=m.session.prepare({fetches:[upd],feeds:[m.input,lab],batch:50});
for(let i=0;i<600;i++){on=i>200;acc_i=0;const t=performance.now();e.input(m.input).set(X);e.input(lab).set(Y);const t2=performance.now();e.run();if(on){let l=acc.get("feed");if(!l)acc.set("feed",l=[]);l.push(t2-t);l=acc.get("TOTAL");if(!l)acc.set("TOTAL",l=[]);l.push(performance.now()-t);}}
for(const[k,l]of acc){l.sort((a,b)=>a-b);console.log(k.padEnd(40),"p10",(1e3*l[l.length/10|0]!).toFixed(1),"median",(1e3*l[l.length>>1]!).toFixed(1),"us");}
