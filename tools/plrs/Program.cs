using PlrsTool;
using TrainOnFolder;

return CommandLineProgram.Run(Tool.Create(), args);
