import { init, sequential, dense, RandomStream } from "../src/index.js";
const r=new RandomStream(1,1);
const N=150;const X=Float32Array.from({length:N*4},()=>r.uniform()), Y=Int32Array.from({length:N},()=>r.below(3));
for(const metrics of [[],["accuracy"]] as any){
const engine=await init({build:"simd"});
 const m=sequential([dense({units:16,activation:"relu"}),dense({units:3})],{inputShape:[4],engine});
 m.compile({optimizer:"adam",loss:"sparseCategoricalCrossentropy",metrics});
 const upd=m.graph.nodes.find(n=>"update" in n.op)!; const lab=m.graph.node("labels");
 const e=m.session.prepare({fetches:[upd],feeds:[m.input,lab],batch:16});
 for(let rep=0;rep<4;rep++){const t=performance.now();for(let i=0;i<50000;i++){e.input(m.input).set(X.subarray(0,64));e.input(lab).set(Y.subarray(0,16));e.run();}
 console.log("prepare",(50000/(performance.now()-t)*1e3|0),"calls",e.callCount);}
 for(let rep=0;rep<4;rep++){const t=performance.now();await m.fit(X,Y,{batchSize:16,epochs:3000});console.log("fit",(3000*10/(performance.now()-t)*1e3|0));}
}
