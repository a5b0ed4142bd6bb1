FROM public.ecr.aws/ubuntu/ubuntu:18.04
